import { InputError } from "../errors/errors.js";
import { describeValue } from "../options/describe-value.js";
import { writeFloat16 } from "../tensor/float16.js";
import { xxh32 } from "./xxh32.js";

const VERSION = 2;
const PREFIX_BYTES = 12; // mark, version, length of the header
const CHECKSUM_BYTES = 4;

type Numbers = Float32Array | Uint16Array | Uint8Array;
type BlockType<B extends Numbers> = { new (length: number): B; readonly BYTES_PER_ELEMENT: number };

/** Float32 numbers that are written as float16, without a copy of all of them. */
export class HalfBlock {
  readonly #values: Float32Array;

  constructor(values: Float32Array) {
    this.#values = values;
  }

  /** Two for each number. */
  get byteLength(): number {
    return 2 * this.#values.length;
  }

  /** Writes all of it. @param bytes  of its length, from any address on */
  writeTo(bytes: Uint8Array): void {
    writeFloat16(this.#values, bytes);
  }
}

/** What bytes hold, and what messages call them. */
export interface ByteFormat {
  /** Four characters that the bytes begin with. */
  readonly mark: string;
  /** What the bytes are. */
  readonly what: string;
  /** What they were made by. */
  readonly madeBy: string;
  /** No header is longer. */
  readonly maxHeaderBytes: number;
}

/**
 * Layout, all numbers little-endian: mark, version, length of the header, the header as JSON, blocks of numbers, and an XXH32 checksum of all that comes
 * before it.
 *
 * @param blocks  in the order in which {@link CheckedBytes.take} gives them back
 */
export function writeCheckedBytes(
  { mark }: ByteFormat,
  header: unknown,
  blocks: readonly (Numbers | HalfBlock)[],
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = PREFIX_BYTES + text.length;
  const end = blocks.reduce((sum, block) => sum + block.byteLength, start);
  const bytes = new Uint8Array(end + CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(mark));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, text.length, true);
  bytes.set(text, PREFIX_BYTES);
  let at = start;
  for (const block of blocks) {
    if (block instanceof HalfBlock) block.writeTo(bytes.subarray(at, at + block.byteLength));
    else bytes.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength), at);
    at += block.byteLength;
  }
  view.setUint32(end, xxh32(bytes.subarray(0, end)), true);
  return bytes;
}

/** What {@link writeCheckedBytes} wrote, once it is known to be whole; lengths in it are checked before they are used. */
export class CheckedBytes {
  /** Parsed JSON, unchecked. */
  readonly header: unknown;
  readonly #format: ByteFormat;
  readonly #content: Uint8Array;
  #at: number;

  /** @throws {InputError} not such bytes, of another version, cut off, or changed */
  constructor(format: ByteFormat, bytes: Uint8Array) {
    this.#format = format;
    if (!(bytes instanceof Uint8Array)) this.refuse("a Uint8Array", describeValue(bytes));
    const least = PREFIX_BYTES + CHECKSUM_BYTES;
    if (bytes.length < least) this.refuse(`at least ${least} bytes`, bytes.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const mark = String.fromCharCode(...bytes.subarray(0, 4));
    if (mark !== format.mark) this.refuse(`the mark ${JSON.stringify(format.mark)}`, JSON.stringify(mark));
    const version = view.getUint32(4, true);
    if (version !== VERSION) {
      this.refuse(
        `format ${VERSION}`,
        version,
        "it was written by another release; make it anew with this one",
      );
    }
    this.#content = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
    const checksum = view.getUint32(this.#content.length, true);
    const found = xxh32(this.#content);
    if (found !== checksum) {
      this.refuse(
        `the checksum ${hex(checksum)} that stands in it`,
        `${hex(found)}: bytes were changed or lost`,
      );
    }
    const length = view.getUint32(8, true);
    this.#at = PREFIX_BYTES + length;
    if (length > format.maxHeaderBytes || this.#at > this.#content.length) {
      this.refuse("a whole header", `${length} bytes of it`);
    }
    const text = this.#content.subarray(PREFIX_BYTES, this.#at);
    try {
      this.header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
    } catch {
      this.refuse("a header in JSON", "another");
    }
  }

  /** A copy of the next block. @throws {InputError} there are fewer bytes */
  take<B extends Numbers>(type: BlockType<B>, length: number): B {
    const size = length * type.BYTES_PER_ELEMENT;
    const left = this.#content.length - this.#at;
    if (size > left) this.refuse(`${size} more bytes`, left);
    const block = new type(length);
    new Uint8Array(block.buffer).set(this.#content.subarray(this.#at, this.#at + size));
    this.#at += size;
    return block;
  }

  /** @throws {InputError} something is left */
  end(): void {
    const left = this.#content.length - this.#at;
    if (left > 0) this.refuse("no more bytes", `${left} of them`);
  }

  /** @throws {InputError} always: what was expected of the bytes, and what was found */
  refuse(expected: string, got: string | number, remedy?: string): never {
    const { what, madeBy } = this.#format;
    throw InputError.expected(what, expected, got, remedy ?? `use the bytes of ${madeBy} unchanged`);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
