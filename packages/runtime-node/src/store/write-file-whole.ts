import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkIterable, checkOptions, checkText, StoreError } from "@sam2js/core";
import { draftPath } from "./drafts.js";
import { errorCode, toStoreError } from "./store-error.js";

/** What a file is to hold: text as UTF-8, bytes, or pieces of bytes in order. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** How {@link writeFileWhole} writes. */
export interface WriteFileOptions {
  /**
   * Whether the bytes are on the disk before the file has its name. Default true. Without it a machine that loses its power may keep a damaged file, and
   * a file takes a tenth of the time: for caches that know damage by a checksum.
   */
  readonly isFlushed?: boolean | undefined;
  /** Ends the writing; what was there before stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file that appears as a whole or not at all: under another name first, all bytes counted (a full disk takes a part of them and
 * reports no error), flushed to the disk unless that is not wanted, then renamed. Folders on the way are made. A link is followed, the permissions of a file
 * that was there are kept, and a device or pipe is written to as it is.
 *
 * @throws {StoreError} no room (`STORE_FULL`), no right, or a failing disk (`STORE_FAILED`); the file is as it was, and no draft stays
 * @throws the signal's reason
 */
export async function writeFileWhole(
  file: string,
  content: FileContent,
  options: WriteFileOptions = {},
): Promise<void> {
  checkOptions(options, ["isFlushed", "signal"], "writeFileWhole options");
  checkText(file, "file", "the path of a file");
  if (typeof content !== "string") checkIterable(content, "content", "text, bytes or pieces of bytes");
  const draft = await draftFile(file, content, options);
  await draft.commit();
}

/**
 * Writes files that belong together: none appears before all are on the disk, each as {@link writeFileWhole} does.
 *
 * @throws as it does; all files are as they were, unless one could not be renamed after the last byte was written
 */
export async function writeFilesWhole(
  files: readonly { readonly file: string; content(): FileContent }[],
  signal?: AbortSignal,
): Promise<void> {
  const drafts: Draft[] = [];
  try {
    for (const { file, content } of files) drafts.push(await draftFile(file, content(), { signal }));
    for (const draft of drafts) await draft.commit();
  } catch (error) {
    await Promise.all(drafts.map((draft) => draft.discard()));
    throw error;
  }
}

/** A file that is on the disk under another name. */
interface Draft {
  /** Gives it its name. */
  commit(): Promise<void>;
  /** Takes it away, unless it has its name. */
  discard(): Promise<void>;
}

/** What was written to a device or pipe as it is. */
const WRITTEN: Draft = { commit: async () => undefined, discard: async () => undefined };

async function draftFile(
  file: string,
  content: FileContent,
  { signal, isFlushed = true }: WriteFileOptions,
): Promise<Draft> {
  signal?.throwIfAborted();
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw toStoreError(error, file, "free some, or write to another folder");
    }
  };
  return guarded(async () => {
    const target = await realpath(file).catch(() => file);
    const before = await stat(target).catch(() => undefined);
    if (before && !before.isFile() && !before.isDirectory()) {
      await writeTo(target, { flags: "w", mode: 0o666, isFlushed: false }, content, signal);
      return WRITTEN;
    }
    await mkdir(path.dirname(target), { recursive: true });
    const draft = draftPath(target);
    const discard = () => rm(draft, { force: true }).catch(() => undefined);
    const orDiscard = async (work: Promise<void>) => {
      await work.catch(async (error) => {
        await discard();
        throw error;
      });
    };
    const mode = before ? before.mode & 0o777 : 0o666;
    await orDiscard(writeTo(draft, { flags: "wx", mode, isFlushed }, content, signal));
    return { commit: () => guarded(() => orDiscard(renameOver(draft, target))), discard };
  });
}

/** Renames a file over another. On Windows a file that a virus scanner or another program looks at refuses for a moment. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const isBusy =
        process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(errorCode(error) ?? "");
      if (!isBusy || tries === 6) throw error;
      await sleep(10 * 2 ** tries);
    }
  }
}

async function writeTo(
  file: string,
  {
    flags,
    mode,
    isFlushed,
  }: { readonly flags: "w" | "wx"; readonly mode: number; readonly isFlushed: boolean },
  content: FileContent,
  signal: AbortSignal | undefined,
): Promise<void> {
  const handle = await open(file, flags, mode);
  try {
    let sizeBytes = 0;
    for await (const piece of piecesOf(content)) {
      signal?.throwIfAborted();
      await writeAll(handle, piece, flags === "w" ? null : sizeBytes, file);
      sizeBytes += piece.length;
    }
    if (flags === "w") return;
    if (isFlushed) await handle.sync();
    const { size } = await handle.stat();
    if (size !== sizeBytes) {
      throw new StoreError(
        `${file}: expected ${sizeBytes} bytes on the disk, got ${size}; see whether it is full or failing`,
        {
          name: file,
          expected: sizeBytes,
          got: size,
        },
      );
    }
  } finally {
    await handle.close();
  }
}

/**
 * Writes all of some bytes: one call of the system may take a part of them only.
 *
 * @param position  where they go in the file; `null` for what has no positions
 */
export async function writeAll(
  handle: Pick<FileHandle, "write">,
  bytes: Uint8Array,
  position: number | null,
  file: string,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at);
    if (bytesWritten === 0) {
      const facts = { name: file, expected: bytes.length, got: done };
      throw new StoreError(
        `${file}: expected room for ${bytes.length} bytes, got room for ${done}; free some`,
        facts,
        "STORE_FULL",
      );
    }
    done += bytesWritten;
  }
}

function piecesOf(content: FileContent): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}
