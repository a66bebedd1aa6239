import { hashOf } from "./hash-of.js";
import type { Shelf } from "./shelf.js";

/** One piece of a file: its place in it and its hash. */
export interface Part {
  readonly begin: number;
  readonly length: number;
  /** SHA-256 in hex; empty where the browser has no hashes (pages that are not secure, which keep nothing anyway). */
  readonly hash: string;
}

const WHOLE = "whole.json";

/** The pieces of one content below `folder`, each in a file `begin-length-hash`, and the mark that they are all there. */
export class StoredBlob {
  readonly #shelf: Shelf;
  readonly #folder: readonly string[];

  constructor(shelf: Shelf, folder: readonly string[]) {
    this.#shelf = shelf;
    this.#folder = folder;
  }

  /** The unbroken run of pieces from the beginning; what does not belong to it is removed. */
  async parts(): Promise<{ readonly part: Part; readonly blob: Blob }[]> {
    const names = await this.#shelf.list(this.#folder);
    const found = names
      .flatMap((name) => parsePart(name) ?? [])
      .sort((a, b) => a.begin - b.begin || b.length - a.length);
    const chain: { part: Part; blob: Blob }[] = [];
    let end = 0;
    for (const part of found) {
      const blob = part.begin === end ? await this.#shelf.get(this.#path(part)) : undefined;
      if (blob?.size === part.length && part.length > 0) {
        chain.push({ part, blob });
        end += part.length;
      } else {
        await this.remove(part);
      }
    }
    return chain;
  }

  async write(
    begin: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ readonly part: Part; readonly blob: Blob }> {
    const part = { begin, length: bytes.length, hash: await hashOf(bytes) };
    await this.#shelf.put(this.#path(part), bytes);
    const blob = await this.#shelf.get(this.#path(part));
    // Chromium's handles in workers take bytes beyond the quota without a word and drop them.
    if (blob?.size !== part.length) {
      await this.#shelf.remove(this.#path(part));
      throw new DOMException("the browser did not keep what was written", "QuotaExceededError");
    }
    return { part, blob };
  }

  async remove(part: Part): Promise<void> {
    await this.#shelf.remove([...this.#folder, WHOLE]);
    await this.#shelf.remove(this.#path(part));
  }

  /** Says that all pieces are there. */
  async finish(sizeBytes: number): Promise<void> {
    await this.#shelf.put([...this.#folder, WHOLE], new TextEncoder().encode(JSON.stringify({ sizeBytes })));
  }

  /** The size of the whole, once it was finished. */
  async finishedSize(): Promise<number | undefined> {
    const mark = await this.#shelf.get([...this.#folder, WHOLE]);
    const [, size] = /^\{"sizeBytes":(\d+)\}$/.exec((await mark?.text()) ?? "") ?? [];
    return size === undefined ? undefined : Number(size);
  }

  /**
   * The whole content, checked piece by piece against its hash.
   *
   * @returns undefined if it was never finished; `"damaged"` if a piece is not what was written (it is removed)
   */
  async whole(): Promise<Blob | "damaged" | undefined> {
    const sizeBytes = await this.finishedSize();
    if (sizeBytes === undefined) return undefined;
    const parts = await this.parts();
    let isSound = parts.reduce((sum, { part }) => sum + part.length, 0) === sizeBytes;
    for (const { part, blob } of parts) {
      if (part.hash === "" || (await hashOf(new Uint8Array(await blob.arrayBuffer()))) === part.hash)
        continue;
      await this.remove(part);
      isSound = false;
    }
    return isSound ? new Blob(parts.map(({ blob }) => blob)) : "damaged";
  }

  #path({ begin, length, hash }: Part): readonly string[] {
    return [...this.#folder, `${begin}-${length}-${hash}`];
  }
}

function parsePart(name: string): Part | undefined {
  const [, begin, length, hash = ""] = /^(\d{1,15})-(\d{1,15})-([0-9a-f]*)$/.exec(name) ?? [];
  return begin === undefined ? undefined : { begin: Number(begin), length: Number(length), hash };
}
