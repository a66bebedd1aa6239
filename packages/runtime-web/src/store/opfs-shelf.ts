import type { Desk } from "../desk/desk.js";
import { isNotThere, opfsFolder } from "./opfs-folder.js";
import type { Shelf, ShelfFile } from "./shelf.js";

/** Files in the origin's private file system, written by the desk (in its worker, by the handles that only workers have). */
export class OpfsShelf implements Shelf {
  readonly kind = "opfs";
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async get(path: readonly string[]): Promise<Blob | undefined> {
    try {
      const folder = await opfsFolder(path.slice(0, -1), false);
      const handle = await folder?.getFileHandle(path.at(-1) as string);
      return await handle?.getFile();
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }

  async put(path: readonly string[], bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#desk.write({ path, bytes });
  }

  async remove(path: readonly string[]): Promise<void> {
    try {
      const folder = await opfsFolder(path.slice(0, -1), false);
      await folder?.removeEntry(path.at(-1) as string, { recursive: true });
    } catch (error) {
      if (!isNotThere(error)) throw error;
    }
  }

  async list(path: readonly string[]): Promise<readonly string[]> {
    const folder = await opfsFolder(path, false);
    const names: string[] = [];
    if (folder) for await (const [name, { kind }] of folder.entries()) if (kind === "file") names.push(name);
    return names;
  }

  async tree(path: readonly string[]): Promise<readonly ShelfFile[]> {
    const folder = await opfsFolder(path, false);
    return folder ? filesIn(folder, []) : [];
  }
}

async function filesIn(folder: FileSystemDirectoryHandle, path: readonly string[]): Promise<ShelfFile[]> {
  const files: ShelfFile[] = [];
  for await (const [name, handle] of folder.entries()) {
    const at = [...path, name];
    if (handle.kind === "directory") files.push(...(await filesIn(handle as FileSystemDirectoryHandle, at)));
    else files.push({ path: at, sizeBytes: (await (handle as FileSystemFileHandle).getFile()).size });
  }
  return files;
}
