import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions, checkText, InputError } from "@sam2js/core";
import { embeddingFileName } from "@sam2js/embeddings";
import { removeDrafts, toStoreError, writeFileWhole } from "@sam2js/runtime-node";
import { checkEncoderParts, type EncoderParts } from "./encoder-parts.js";

/** Where embeddings are kept: bytes of `ImageEmbeddings.serialize` by their id. */
export interface EmbeddingStore {
  /** Whether there is one. */
  has(id: string): Promise<boolean>;
  /** @returns undefined where there is none */
  read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keeps bytes: all of them or none. Two writers of one id may meet: they have the same content. */
  write(id: string, bytes: Uint8Array): Promise<void>;
  /** Forgets one; it need not be there. */
  delete(id: string): Promise<void>;
}

/** How much an {@link EmbeddingFolder} keeps. */
export interface EmbeddingFolderOptions {
  /** Bytes of all files: what was not used for longest goes first. Default: no bound. */
  readonly maxBytes?: number | undefined;
  /** What was not used for so many ms goes. Default: no bound. */
  readonly maxAgeMs?: number | undefined;
}

/** One file of the folder. */
interface Entry {
  readonly name: string;
  readonly sizeBytes: number;
  /** When it was written or read last. */
  readonly usedMs: number;
}

/** Other files of the folder are left alone. */
const EMBEDDING_FILE = /^[0-9a-f]{64}\.s2em$/;

/** A use within this time of the last one is not written down. */
const USE_GRAIN_MS = 60_000;

/** Once there is too much, so much of the bound is left, so that the folder is not searched with every write. */
const LEFT_SHARE = 0.9;

/**
 * A folder of embeddings, one file each, named by content. Several processes may use it at the same time, and one that is killed leaves nothing half
 * written that counts.
 */
export class EmbeddingFolder implements EmbeddingStore {
  /** As it was opened. */
  readonly folder: string;
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  /** As far as this process knows; others write, too. */
  #bytes = 0;

  private constructor(folder: string, { maxBytes, maxAgeMs }: EmbeddingFolderOptions) {
    this.folder = folder;
    this.#maxBytes = maxBytes ?? Number.POSITIVE_INFINITY;
    this.#maxAgeMs = maxAgeMs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Opens a folder, which is made if need be. What killed writers left behind is taken away, and what is too old or too much.
   *
   * @throws {InputError} a bound that is no number above 0  @throws {StoreError} it cannot be made or changed
   */
  static async open(folder: string, options: EmbeddingFolderOptions = {}): Promise<EmbeddingFolder> {
    checkOptions(options, ["maxBytes", "maxAgeMs"], "EmbeddingFolder.open");
    checkText(folder, "folder", "the path of a folder");
    for (const [name, value] of Object.entries(options)) {
      if (value !== undefined && !(value > 0)) throw InputError.expected(name, "a number above 0", value);
    }
    const opened = new EmbeddingFolder(folder, options);
    try {
      await mkdir(folder, { recursive: true });
      await removeDrafts(folder);
      await opened.#evict();
    } catch (error) {
      throw toStoreError(error, folder, "name another folder");
    }
    return opened;
  }

  async has(id: string): Promise<boolean> {
    return stat(this.#file(id)).then(
      ({ size }) => size > 0, // what a loss of power leaves of a file that was not on the disk yet
      () => false,
    );
  }

  async read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const file = this.#file(id);
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) return undefined;
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > USE_GRAIN_MS) {
      const now = new Date();
      await utimes(file, now, now).catch(() => undefined); // a folder that may only be read keeps the order of writing
    }
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Uint8Array<ArrayBuffer>;
  }

  /** @throws {StoreError} no room, or no right */
  async write(id: string, bytes: Uint8Array): Promise<void> {
    await writeFileWhole(this.#file(id), bytes, { isFlushed: false }); // damage shows in the checksum, and counts as missing
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) await this.#evict();
  }

  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /**
   * Keeps the decoder of a model beside its embeddings, once: with it they can be clicked on where the model is not, such as in the web app.
   *
   * @returns the name of its file
   */
  async keepDecoder(parts: EncoderParts, signal?: AbortSignal): Promise<string> {
    checkEncoderParts(parts);
    const { model, processor } = parts;
    const name = model.decoderFileName;
    const file = join(this.folder, name);
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
    const decoder = await model.saveDecoder(processor, { signal });
    await writeFileWhole(file, new Uint8Array(await decoder.arrayBuffer()));
    return name;
  }

  /** The ids that are there, in no order. */
  async ids(): Promise<string[]> {
    return (await this.#entries()).map(({ name }) => name.slice(0, name.indexOf(".")));
  }

  #file(id: string): string {
    return join(this.folder, embeddingFileName(id));
  }

  async #entries(): Promise<Entry[]> {
    const names = await readdir(this.folder);
    const entries = await Promise.all(
      names
        .filter((name) => EMBEDDING_FILE.test(name))
        .map(async (name): Promise<Entry[]> => {
          const found = await stat(join(this.folder, name)).catch(() => undefined); // another process took it away
          return found ? [{ name, sizeBytes: found.size, usedMs: found.mtimeMs }] : [];
        }),
    );
    return entries.flat();
  }

  async #evict(): Promise<void> {
    const entries = (await this.#entries()).sort((a, b) => a.usedMs - b.usedMs);
    let bytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const bound = bytes > this.#maxBytes ? LEFT_SHARE * this.#maxBytes : this.#maxBytes;
    const oldest = Date.now() - this.#maxAgeMs;
    for (const { name, sizeBytes, usedMs } of entries) {
      if (usedMs >= oldest && bytes <= bound) break;
      await rm(join(this.folder, name), { force: true });
      bytes -= sizeBytes;
    }
    this.#bytes = bytes;
  }
}
