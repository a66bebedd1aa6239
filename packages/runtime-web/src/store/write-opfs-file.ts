import type { WriteRequest } from "../desk/desk.js";
import { opfsFolder } from "./opfs-folder.js";

/** Only dedicated workers have these. */
interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

interface SyncFileHandle {
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
}

/** Writes a whole file, or leaves none. */
export async function writeOpfsFile({ path, bytes }: WriteRequest): Promise<void> {
  const name = path.at(-1) as string;
  const folder = (await opfsFolder(path.slice(0, -1), true)) as FileSystemDirectoryHandle;
  const handle = await folder.getFileHandle(name, { create: true });
  try {
    await write(handle, bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    await folder.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

async function write(
  handle: FileSystemFileHandle & SyncFileHandle,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (!handle.createSyncAccessHandle) {
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
    return;
  }
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    for (let done = 0; done < bytes.length; ) {
      const written = access.write(bytes.subarray(done), { at: done });
      if (written === 0) throw new DOMException("the file takes no more bytes", "QuotaExceededError");
      done += written;
    }
    access.flush();
  } finally {
    access.close();
  }
}
