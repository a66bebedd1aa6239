import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  CheckpointError,
  checkFileRange,
  type FileState,
  InputError,
  type ModelFile,
  type PathSource,
} from "@sam2js/core";
import { assertUnchanged, stateOf } from "./file-state.js";
import { orUndefined, toStoreError } from "./store-error.js";

/** A path as text. @throws {InputError} a URL of another scheme than `file:`, or a path with a NUL */
export function toPath(location: string | URL): string {
  const text = String(location);
  if (text.includes("\0")) {
    const expected = "a path without NUL characters";
    throw new InputError(`path: expected ${expected}, got one`, { name: "path", expected, got: text });
  }
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return text;
  if (!/^file:/i.test(text)) {
    const expected = "a path or a file: URL";
    throw InputError.expected("path", expected, text);
  }
  return fileURLToPath(text);
}

/** A file on disk, links resolved: the engine maps it by its real name. */
export class DiskFile implements ModelFile {
  readonly location: string;
  readonly sizeBytes: number;
  readonly source: PathSource;

  readonly version: string;
  #handle: Promise<FileHandle> | undefined;
  #readers = 0;

  private constructor(realPath: string, state: FileState) {
    const { sizeBytes, modifiedMs } = state;
    this.location = path.basename(realPath);
    // A blob of the Hub's cache is called by the hash of its content; a download that takes its place has the same.
    const isBlob = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(this.location);
    this.version = isBlob ? this.location : `${realPath} ${sizeBytes} ${modifiedMs}`;
    this.sizeBytes = sizeBytes;
    this.source = { kind: "path", path: realPath, ...(!isBlob && { state }) };
  }

  /** The file at this path, or undefined where there is none. */
  static async open(filePath: string): Promise<DiskFile | undefined> {
    try {
      const realPath = await realpath(filePath);
      const facts = await stat(realPath);
      return facts.isFile() ? new DiskFile(realPath, stateOf(facts)) : undefined;
    } catch (error) {
      return orUndefined(error, filePath);
    }
  }

  async read(begin: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    checkFileRange(this.source.path, begin, end, this.sizeBytes);
    const bytes = new Uint8Array(end - begin);
    const handle = await this.#borrow();
    try {
      for (let done = 0; done < bytes.length; ) {
        signal?.throwIfAborted();
        // One call of the system reads less than 2 GiB.
        const length = Math.min(bytes.length - done, 2 ** 26);
        const { bytesRead } = await handle.read(bytes, done, length, begin + done);
        if (bytesRead === 0) checkFileRange(this.source.path, begin, end, begin + done);
        done += bytesRead;
      }
    } finally {
      await this.#giveBack();
    }
    return bytes;
  }

  /** Reads at the same time share a handle. */
  async #borrow(): Promise<FileHandle> {
    const { path: filePath } = this.source;
    this.#readers++;
    this.#handle ??= this.#open();
    try {
      return await this.#handle;
    } catch (error) {
      this.#readers--;
      this.#handle = undefined;
      throw error instanceof CheckpointError ? error : toStoreError(error, filePath);
    }
  }

  /** @throws {CheckpointError} another file is in its place, or somebody has written to it */
  async #open(): Promise<FileHandle> {
    const { path: filePath, state } = this.source;
    const handle = await open(filePath, "r");
    try {
      assertUnchanged(stateOf(await handle.stat()), state, filePath);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #giveBack(): Promise<void> {
    if (--this.#readers > 0) return;
    const handle = this.#handle;
    this.#handle = undefined; // at once: a read that begins now opens its own
    await (await handle)?.close();
  }
}
