import { constants, type FileHandle, open, rename } from "node:fs/promises";
import { type ModelFile, StoreError, type StoreWriter } from "@sam2js/core";
import type { FileLock } from "./file-lock.js";
import { toStoreError } from "./store-error.js";

/** A blob under download: `<etag>.incomplete` until it is whole, then `<etag>`. Held under a lock until `commit` or `close`. */
export class BlobWriter implements StoreWriter {
  readonly #file: FileHandle;
  readonly #blob: string;
  readonly #expectedBytes: number;
  readonly #lock: FileLock;
  readonly #show: () => Promise<ModelFile>;
  #sizeBytes: number;
  #isOpen = true;

  private constructor(
    file: FileHandle,
    sizeBytes: number,
    options: { blob: string; expectedBytes: number; lock: FileLock; show: () => Promise<ModelFile> },
  ) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#blob = options.blob;
    this.#expectedBytes = options.expectedBytes;
    this.#lock = options.lock;
    this.#show = options.show;
  }

  /** @param show  makes the finished blob visible under its key */
  static async open(
    blob: string,
    expectedBytes: number,
    lock: FileLock,
    show: () => Promise<ModelFile>,
  ): Promise<BlobWriter> {
    // Not the append mode, in which Windows refuses to truncate.
    const file = await open(incompletePath(blob), constants.O_RDWR | constants.O_CREAT);
    let { size } = await file.stat();
    if (size > expectedBytes) {
      await file.truncate(0);
      size = 0;
    }
    return new BlobWriter(file, size, { blob, expectedBytes, lock, show });
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
      if (bytesRead === 0) throw new StoreError(`${this.#blob}: the file became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#try(
        this.#file.write(bytes, done, bytes.length - done, this.#sizeBytes),
      );
      done += bytesWritten;
      this.#sizeBytes += bytesWritten;
    }
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
        { expected: this.#expectedBytes, actual: this.#sizeBytes },
      );
    }
    // The name must never show bytes that a power cut can still take away.
    await this.#try(this.#file.sync());
    await this.#end();
    try {
      await this.#try(rename(incompletePath(this.#blob), this.#blob));
      return await this.#try(this.#show());
    } finally {
      await this.#lock.release();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    await this.#end();
    await this.#lock.release();
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
      throw new StoreError(`${this.#blob}: the writer is closed; open the file again`, {});
    }
  }
}

const incompletePath = (blob: string) => `${blob}.incomplete`;
