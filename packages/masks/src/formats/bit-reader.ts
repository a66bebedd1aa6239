/** Reads numbers of any number of bits one after another, most significant bit first. */
export class BitReader {
  readonly #bytes: ArrayLike<number>;
  #bits = 0;

  constructor(bytes: ArrayLike<number>) {
    this.#bytes = bytes;
  }

  /** Whether more was read than there is: zeros stand there. */
  get isOver(): boolean {
    return this.#bits > 8 * this.#bytes.length;
  }

  /** @param size  number of bits, at most 32 */
  read(size: number): number {
    let value = 0;
    for (let left = size; left > 0; ) {
      const free = 8 - (this.#bits & 7);
      const taken = Math.min(free, left);
      const byte = (this.#bytes[this.#bits >> 3] ?? 0) & 255;
      value = value * 2 ** taken + ((byte >> (free - taken)) & (2 ** taken - 1));
      this.#bits += taken;
      left -= taken;
    }
    return value;
  }
}
