import { type ModelFile, StoreError, type StoreWriter } from "@sam2js/core";
import { toStoreError } from "./store-error.js";
import type { Part, StoredBlob } from "./stored-blob.js";

/** Bytes that are gathered before they are written: what an end of the page can cost of a download. */
const PART_BYTES = 8 * 2 ** 20;

/** What a writer is made of. */
export interface PartWriterOptions {
  /** For messages. */
  readonly name: string;
  readonly stored: StoredBlob;
  readonly parts: readonly { readonly part: Part; readonly blob: Blob }[];
  readonly expectedBytes: number;
  /** Makes the finished content visible under its key. */
  readonly show: (content: Blob) => Promise<ModelFile>;
  readonly release: () => void;
}

/** A file under download, in pieces. Held under a lock until `commit` or `close`. */
export class PartWriter implements StoreWriter {
  readonly #options: PartWriterOptions;
  #parts: { readonly part: Part; readonly blob: Blob }[];
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #writtenBytes: number;
  #isOpen = true;

  constructor(options: PartWriterOptions) {
    this.#options = options;
    this.#parts = [...options.parts];
    this.#writtenBytes = this.#parts.reduce((sum, { part }) => sum + part.length, 0);
  }

  get sizeBytes(): number {
    return this.#writtenBytes + this.#gatheredBytes;
  }

  async read(begin: number, end: number): Promise<Uint8Array> {
    const content = new Blob([...this.#parts.map(({ blob }) => blob), ...(this.#gathered as BlobPart[])]);
    return this.#try(async () => new Uint8Array(await content.slice(begin, end).arrayBuffer()));
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    this.#gathered.push(bytes.slice());
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes >= PART_BYTES) await this.#flush();
  }

  async truncate(): Promise<void> {
    this.#requireOpen();
    await this.#try(async () => {
      for (const { part } of this.#parts) await this.#options.stored.remove(part);
    });
    this.#parts = [];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#writtenBytes = 0;
  }

  async commit(): Promise<ModelFile> {
    this.#requireOpen();
    const { name, expectedBytes, stored, show } = this.#options;
    if (this.sizeBytes !== expectedBytes) {
      throw new StoreError(
        `${name}: expected ${expectedBytes} bytes to commit, got ${this.sizeBytes}; append the rest first`,
        { name, expected: expectedBytes, got: this.sizeBytes },
      );
    }
    await this.#flush();
    try {
      return await this.#try(async () => {
        await stored.finish(expectedBytes);
        return show(new Blob(this.#parts.map(({ blob }) => blob)));
      });
    } finally {
      this.#end();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    try {
      await this.#flush();
    } finally {
      this.#end();
    }
  }

  async #flush(): Promise<void> {
    if (this.#gatheredBytes === 0) return;
    await this.#try(async () => {
      const bytes = new Uint8Array(await new Blob(this.#gathered as BlobPart[]).arrayBuffer());
      this.#parts.push(await this.#options.stored.write(this.#writtenBytes, bytes));
    });
    this.#writtenBytes += this.#gatheredBytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }

  #end(): void {
    this.#isOpen = false;
    this.#options.release();
  }

  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, this.#options.name);
    }
  }

  #requireOpen(): void {
    if (!this.#isOpen) {
      throw new StoreError(`${this.#options.name}: the writer is closed; open the file again`, {
        name: this.#options.name,
      });
    }
  }
}
