/** Writes numbers of any number of bits one after another, most significant bit first. */
export class BitWriter {
  #bytes = new Uint8Array(256);
  #bits = 0;

  /** @param value  a whole number that fits `size` bits, at most 32 */
  write(value: number, size: number): void {
    for (let left = size; left > 0; ) {
      const at = this.#bits >> 3;
      if (at === this.#bytes.length) {
        const longer = new Uint8Array(2 * at);
        longer.set(this.#bytes);
        this.#bytes = longer;
      }
      const free = 8 - (this.#bits & 7);
      const taken = Math.min(free, left);
      const part = Math.floor(value / 2 ** (left - taken)) % 2 ** taken;
      this.#bytes[at]! |= part << (free - taken);
      this.#bits += taken;
      left -= taken;
    }
  }

  /** The bytes so far; the last is filled up with zeros. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, Math.ceil(this.#bits / 8));
  }
}
