/** Probabilities are of a 0, in 2⁻¹¹, and move by 2⁻⁵ of what is missing with every bit. */
const BITS = 11;
const RATE = 5;
const TOP = 2 ** 24;

/** As many even chances. */
export function evenChances(count: number): Uint16Array {
  return new Uint16Array(count).fill(1 << (BITS - 1));
}

/**
 * Writes bits in as little room as their chances allow; chances are learnt on the way.
 *
 * @see G. N. N. Martin, Range encoding (1979), in the form that LZMA gave it
 */
export class RangeEncoder {
  readonly #out: number[] = [];
  #low = 0;
  #range = 2 ** 32 - 1;
  /** The last byte, and the bytes 255 after it, which a carry may still change. */
  #last = 0;
  #pending = 1;

  /** @param chances  of contexts, of which `at` is the bit's; changed */
  bit(chances: Uint16Array, at: number, bit: number): void {
    const chance = chances[at] as number;
    const bound = (this.#range >>> BITS) * chance;
    chances[at] = learnt(chance, bit);
    if (bit) this.#low += bound;
    this.#range = bit ? this.#range - bound : bound;
    this.#settle();
  }

  /** A bit that is as likely 0 as 1. */
  evenBit(bit: number): void {
    this.#range >>>= 1;
    if (bit) this.#low += this.#range;
    this.#settle();
  }

  /** All bytes; nothing can be added any more. */
  end(): Uint8Array<ArrayBuffer> {
    for (let i = 0; i < 5; i++) this.#shift();
    return Uint8Array.from(this.#out);
  }

  #settle(): void {
    while (this.#range < TOP) {
      this.#range *= 256;
      this.#shift();
    }
  }

  #shift(): void {
    const carry = this.#low >= 2 ** 32 ? 1 : 0;
    if (carry || this.#low < 0xff000000) {
      for (let byte = this.#last; this.#pending > 0; this.#pending--, byte = 255) {
        this.#out.push((byte + carry) & 255);
      }
      this.#last = Math.floor(this.#low / TOP) & 255;
    }
    this.#pending++;
    this.#low = (this.#low & (TOP - 1)) * 256;
  }
}

/** Reads what {@link RangeEncoder} wrote, with the same contexts in the same order. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 1; // the first byte is the one before the first: 0
  #range = 2 ** 32 - 1;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#code = this.#code * 256 + this.#next();
  }

  /** Whether more was read than there is: the bits since are of no use. */
  get isPastEnd(): boolean {
    return this.#at > this.#bytes.length;
  }

  bit(chances: Uint16Array, at: number): number {
    const chance = chances[at] as number;
    const bound = (this.#range >>> BITS) * chance;
    const bit = this.#code < bound ? 0 : 1;
    chances[at] = learnt(chance, bit);
    if (bit) this.#code -= bound;
    this.#range = bit ? this.#range - bound : bound;
    this.#settle();
    return bit;
  }

  evenBit(): number {
    this.#range >>>= 1;
    const bit = this.#code < this.#range ? 0 : 1;
    if (bit) this.#code -= this.#range;
    this.#settle();
    return bit;
  }

  #settle(): void {
    while (this.#range < TOP) {
      this.#range *= 256;
      this.#code = this.#code * 256 + this.#next();
    }
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }
}

function learnt(chance: number, bit: number): number {
  return bit ? chance - (chance >>> RATE) : chance + (((1 << BITS) - chance) >>> RATE);
}
