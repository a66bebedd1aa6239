import { raceAbort } from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";

/** An encoded picture. */
export interface EncodedPicture {
  /** Of its content, the model and the model's image size. */
  readonly id: string;
  /** SHA-256 of the picture's file, in hexadecimal digits. */
  readonly sha256: string;
  /** [height, width] of the picture in pixels. */
  readonly size: readonly [number, number];
  readonly embeddings: ImageEmbeddings;
  /** They were read from a store, not made. */
  readonly isStored: boolean;
}

/** A picture that stays in memory until it is released. */
export interface PictureLease extends EncodedPicture, AsyncDisposable {
  /** Whether it was encoded for this request, rather than found in memory or in a store. */
  readonly isNew: boolean;
}

interface Slot {
  readonly picture: EncodedPicture;
  readonly sizeBytes: number;
  uses: number;
}

/** Work that several requests wait for; it ends when none of them does any more. */
interface Pending {
  readonly result: Promise<Slot>;
  readonly controller: AbortController;
  waiters: number;
}

/** What prompts share of a picture is kept beside its embeddings, and takes 2.7 times as much (measured on 1024-pixel models). */
const SHARE_FACTOR = 3.7;

/** Encoded pictures in memory: the ones used last stay, up to a number of bytes; those in use always stay. */
export class EmbeddingCache {
  readonly #maxBytes: number;
  /** In the order of their last use. */
  readonly #slots = new Map<string, Slot>();
  readonly #pending = new Map<string, Pending>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Pictures that are held. */
  get count(): number {
    return this.#slots.size;
  }

  /** A picture that is there, or undefined. */
  find(id: string): PictureLease | undefined {
    const slot = this.#slots.get(id);
    return slot && this.#lease(slot, false);
  }

  /**
   * A picture that is there, or is made once for all who ask for it meanwhile.
   *
   * @param make  gets a signal that aborts when nobody waits any longer
   */
  async acquire(
    id: string,
    make: (signal: AbortSignal) => Promise<EncodedPicture>,
    signal: AbortSignal,
  ): Promise<PictureLease> {
    signal.throwIfAborted();
    const found = this.find(id);
    if (found) return found;
    const known = this.#pending.get(id);
    const pending = known ?? this.#begin(id, make);
    pending.waiters += 1;
    try {
      const slot = await raceAbort(pending.result, signal);
      return this.#lease(slot, !known && !slot.picture.isStored);
    } finally {
      pending.waiters -= 1;
      if (pending.waiters === 0) {
        if (this.#pending.get(id) === pending) this.#pending.delete(id);
        pending.controller.abort(signal.reason);
        pending.result.then((slot) => this.#release(slot)).catch(() => undefined); // told to those who waited
      }
    }
  }

  /** Forgets a picture; who uses it goes on. */
  remove(id: string): void {
    const slot = this.#slots.get(id);
    if (!slot) return;
    this.#slots.delete(id);
    this.#bytes -= slot.sizeBytes;
    if (slot.uses === 0) void slot.picture.embeddings.dispose();
  }

  /** Forgets all of them. */
  clear(): void {
    for (const id of [...this.#slots.keys()]) this.remove(id);
  }

  #begin(id: string, make: (signal: AbortSignal) => Promise<EncodedPicture>): Pending {
    const controller = new AbortController();
    const result = make(controller.signal)
      .then((picture) => {
        const sizeBytes = SHARE_FACTOR * picture.embeddings.sizeBytes;
        const slot: Slot = { picture, sizeBytes, uses: 1 }; // those who wait have it until they hold it themselves
        this.remove(id);
        this.#slots.set(id, slot);
        this.#bytes += sizeBytes;
        return slot;
      })
      .finally(() => {
        if (this.#pending.get(id) === pending) this.#pending.delete(id);
      });
    result.catch(() => undefined); // whoever waits is told
    const pending: Pending = { result, controller, waiters: 0 };
    this.#pending.set(id, pending);
    return pending;
  }

  #lease(slot: Slot, isNew: boolean): PictureLease {
    const { picture } = slot;
    slot.uses += 1;
    if (this.#slots.delete(picture.id)) this.#slots.set(picture.id, slot);
    let isReleased = false;
    return {
      ...picture,
      isNew,
      [Symbol.asyncDispose]: async () => {
        if (isReleased) return;
        isReleased = true;
        await this.#release(slot);
      },
    };
  }

  async #release(slot: Slot): Promise<void> {
    const { id, embeddings } = slot.picture;
    slot.uses -= 1;
    if (slot.uses === 0 && this.#slots.get(id) !== slot) await embeddings.dispose();
    this.#evict();
  }

  #evict(): void {
    for (const [id, { uses }] of this.#slots) {
      if (this.#bytes <= this.#maxBytes) return;
      if (uses === 0) this.remove(id);
    }
  }
}
