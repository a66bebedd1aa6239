import { evenChances, RangeDecoder, RangeEncoder } from "./range-coder.js";

/** Codes are 0 to 2⁹ − 1, so differences have at most ten bits. */
const MOST_BITS = 10;
/** How large the last difference of the column was: 0, ±1, more. */
const SIZES = 3;
/** The upper bits of a difference have chances of their own, by its length. */
const MODELLED_BITS = 2;
const LENGTHS = MOST_BITS + 1;
const CONTEXTS = LENGTHS + (LENGTHS << MODELLED_BITS);

/**
 * Blocks of small whole numbers in few bytes: of each the difference to the row before or to the block before, whichever is less; then range coding by
 * column.
 *
 * @param blocks  [rows, columns] each, all of one length; numbers from 0 to 511
 */
export function packCodes(blocks: readonly Uint16Array[], columns: number): Uint8Array<ArrayBuffer> {
  const coder = new RangeEncoder();
  const chances = evenChances(1 + columns * SIZES * CONTEXTS);
  let before: Uint16Array | undefined;
  for (const block of blocks) {
    const likeBlock = before && distance(block, before, 0) < distance(block, block, columns);
    if (before) coder.bit(chances, 0, likeBlock ? 1 : 0);
    const contexts = new Contexts(columns);
    for (let at = 0; at < block.length; at++) {
      const folded = fold((block[at] as number) - expected(block, before, at, columns, likeBlock));
      const base = contexts.base;
      const length = 31 - Math.clz32(folded + 1);
      for (let i = 0; i < length; i++) coder.bit(chances, base + i, 1);
      coder.bit(chances, base + length, 0);
      let node = 1;
      for (let left = length - 1; left >= 0; left--) {
        const bit = ((folded + 1) >> left) & 1;
        if (node < 1 << MODELLED_BITS) coder.bit(chances, contexts.upper(length, node), bit);
        else coder.evenBit(bit);
        node = node * 2 + bit;
      }
      contexts.next(length);
    }
    before = block;
  }
  return coder.end();
}

/**
 * What {@link packCodes} packed; blocks are made one by one, so that bytes which hold fewer take no memory for more.
 *
 * @param size  numbers in a block
 * @returns undefined when bytes are missing
 */
export function* unpackCodes(
  bytes: Uint8Array,
  size: number,
  columns: number,
): Generator<Uint16Array | undefined, never> {
  const coder = new RangeDecoder(bytes);
  const chances = evenChances(1 + columns * SIZES * CONTEXTS);
  let before: Uint16Array | undefined;
  while (!coder.isPastEnd) {
    const block = new Uint16Array(size);
    const likeBlock = before !== undefined && coder.bit(chances, 0) === 1;
    const contexts = new Contexts(columns);
    for (let at = 0; at < size; at++) {
      const base = contexts.base;
      let length = 0;
      while (length < MOST_BITS && coder.bit(chances, base + length)) length++;
      let node = 1;
      for (let left = length; left > 0; left--) {
        const isModelled = node < 1 << MODELLED_BITS;
        const bit = isModelled ? coder.bit(chances, contexts.upper(length, node)) : coder.evenBit();
        node = node * 2 + bit;
      }
      block[at] = expected(block, before, at, columns, likeBlock) + unfold(node - 1);
      contexts.next(length);
    }
    before = block;
    yield coder.isPastEnd ? undefined : block;
  }
  while (true) yield undefined;
}

/** Where the chances of the next number stand: by its column and by how large the difference above it was. */
class Contexts {
  readonly #sizes: Uint8Array;
  #column = 0;

  constructor(columns: number) {
    this.#sizes = new Uint8Array(columns);
  }

  get base(): number {
    return 1 + (this.#column * SIZES + (this.#sizes[this.#column] as number)) * CONTEXTS;
  }

  upper(length: number, node: number): number {
    return this.base + LENGTHS + (length << MODELLED_BITS) + node;
  }

  next(length: number): void {
    this.#sizes[this.#column] = Math.min(length, SIZES - 1);
    this.#column = this.#column + 1 === this.#sizes.length ? 0 : this.#column + 1;
  }
}

function expected(
  block: Uint16Array,
  before: Uint16Array | undefined,
  at: number,
  columns: number,
  likeBlock: boolean | undefined,
): number {
  return (likeBlock ? before?.[at] : block[at - columns]) ?? 0;
}

function distance(block: Uint16Array, from: Uint16Array, back: number): number {
  let sum = 0;
  for (let at = 0; at < block.length; at++) sum += Math.abs((block[at] as number) - (from[at - back] ?? 0));
  return sum;
}

/** 0, 1, −1, 2, −2, … as 0, 1, 2, 3, 4, … */
function fold(value: number): number {
  return value > 0 ? 2 * value - 1 : -2 * value;
}

function unfold(folded: number): number {
  return folded & 1 ? (folded + 1) >> 1 : -(folded >> 1);
}
