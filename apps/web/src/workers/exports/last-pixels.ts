/** From the last export to its photo's pixels being let go: who chooses among looks asks again sooner. */
const KEPT_MS = 10_000;

/**
 * The pixels of the photo that was exported last, or its transparency: each choice in the export dialog asks for them again, and 49 megapixels take
 * seconds to decode.
 */
export class LastPixels<Image> {
  readonly #decode: (blob: Blob) => Promise<Image>;
  #last: { readonly of: string; readonly image: Promise<Image> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(decode: (blob: Blob) => Promise<Image>) {
    this.#decode = decode;
  }

  /** @throws {ImageError} the photo cannot be decoded; nothing is kept then */
  async of({ id, blob }: { readonly id: string; readonly blob: Blob }): Promise<Image> {
    clearTimeout(this.#timer);
    const of = `${id} ${blob.size}`;
    if (this.#last?.of !== of) {
      // Never two photos' pixels: that is the memory of a large one more.
      this.#last = undefined;
      this.#last = { of, image: this.#decode(blob) };
    }
    const last = this.#last;
    try {
      return await last.image;
    } catch (error) {
      if (this.#last === last) this.#last = undefined;
      throw error;
    } finally {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#last = undefined;
      }, KEPT_MS);
    }
  }
}
