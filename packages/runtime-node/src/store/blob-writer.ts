import { constants, type FileHandle, open, rm, stat } from "node:fs/promises";
import { type ModelFile, StoreError, type StoreWriter } from "@sam2js/core";
import { adoptRemains, freeRemains, ownRemains } from "./blob-remains.js";
import type { FileLock } from "./file-lock.js";
import { errorCode, toStoreError } from "./store-error.js";
import { renameOver, writeAll } from "./write-file-whole.js";

/**
 * A blob under download: a file of its own until it is whole, then `<etag>`. The lock keeps two processes from downloading the same, but
 * nothing depends on it: a process that was stopped and lost its lock has a file that nobody else writes to, and a finished blob is never
 * opened for writing.
 */
export class BlobWriter implements StoreWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #blob: string;
  readonly #expectedBytes: number;
  readonly #lock: FileLock;
  readonly #show: () => Promise<ModelFile>;
  readonly #isFresh: boolean;
  #sizeBytes: number;
  #isOpen = true;

  private constructor(
    file: FileHandle,
    sizeBytes: number,
    options: {
      path: string;
      blob: string;
      expectedBytes: number;
      lock: FileLock;
      show: () => Promise<ModelFile>;
      isFresh: boolean;
    },
  ) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#path = options.path;
    this.#blob = options.blob;
    this.#expectedBytes = options.expectedBytes;
    this.#lock = options.lock;
    this.#show = options.show;
    this.#isFresh = options.isFresh;
  }

  /**
   * @param show     makes the finished blob visible under its key
   * @param isFresh  whether it takes the place of a blob that is there, of which whoever has it mapped keeps the old bytes
   */
  static async open(
    blob: string,
    expectedBytes: number,
    lock: FileLock,
    show: () => Promise<ModelFile>,
    isFresh = false,
  ): Promise<BlobWriter> {
    const path = ownRemains(blob);
    if (!isFresh) await adoptRemains(blob, path, expectedBytes);
    // Not the append mode, in which Windows refuses to truncate.
    const file = await open(path, constants.O_RDWR | constants.O_CREAT);
    const { size } = await file.stat();
    return new BlobWriter(file, size, { path, blob, expectedBytes, lock, show, isFresh });
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async read(begin: number, end: number): Promise<Uint8Array> {
    this.#requireOpen();
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.#sizeBytes) - begin));
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(bytes.length - done, 2 ** 26);
      const { bytesRead } = await this.#try(this.#file.read(bytes, done, length, begin + done));
      if (bytesRead === 0)
        throw new StoreError(`${this.#blob}: the file became shorter while it was read`, {
          name: this.#blob,
        });
      done += bytesRead;
    }
    return bytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    await this.#try(writeAll(this.#file, bytes, this.#sizeBytes, this.#path));
    this.#sizeBytes += bytes.length;
  }

  async truncate(): Promise<void> {
    this.#requireOpen();
    await this.#try(this.#file.truncate(0));
    this.#sizeBytes = 0;
  }

  async commit(): Promise<ModelFile> {
    this.#requireOpen();
    if (this.#sizeBytes !== this.#expectedBytes) {
      throw new StoreError(
        `${this.#blob}: expected ${this.#expectedBytes} bytes to commit, got ${this.#sizeBytes}; append the rest first`,
        { name: this.#blob, expected: this.#expectedBytes, got: this.#sizeBytes },
      );
    }
    // The name must never show bytes that a power cut can still take away.
    await this.#try(this.#file.sync());
    await this.#end();
    try {
      await this.#try(this.#finish());
      return await this.#try(this.#show());
    } finally {
      await this.#lock.release();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    await this.#end();
    try {
      if (this.#sizeBytes === 0 || (await this.#isThere())) await rm(this.#path, { force: true });
      else if (await this.#lock.isHeld()) await renameOver(this.#path, freeRemains(this.#blob));
    } catch {
      // It keeps its name, by which a later download finds it.
    }
    await this.#lock.release();
  }

  /** Gives the file its name, unless another process that took the lock over was faster. */
  async #finish(): Promise<void> {
    if (!this.#isFresh && (await this.#isThere())) await rm(this.#path, { force: true });
    else await renameOver(this.#path, this.#blob);
  }

  async #isThere(): Promise<boolean> {
    try {
      return (await stat(this.#blob)).size === this.#expectedBytes;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw error;
    }
  }

  async #end(): Promise<void> {
    this.#isOpen = false;
    await this.#file.close();
  }

  async #try<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw toStoreError(error, this.#blob);
    }
  }

  #requireOpen(): void {
    if (!this.#isOpen) {
      throw new StoreError(`${this.#blob}: the writer is closed; open the file again`, { name: this.#blob });
    }
  }
}
