import { InputError } from "@sam2js/core";

const MAGIC = "S2VS";
const VERSION = 1;
const PREFIX_BYTES = 12; // magic, version, length of the header
/** Masks of a long video are most of a header: 10⁶ frames would be more than anyone wants to keep. */
const MAX_HEADER_BYTES = 1 << 30;

type Block = Float32Array | Uint16Array;
type BlockType<B extends Block> = { new (length: number): B; readonly BYTES_PER_ELEMENT: number };

/** Blocks of numbers behind a JSON header. */
export class ByteWriter {
  readonly #blocks: Block[] = [];

  /** Takes down a block. @returns its length in elements */
  add(block: Block): number {
    this.#blocks.push(block);
    return block.length;
  }

  finish(header: unknown): Uint8Array {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const start = PREFIX_BYTES + text.length;
    const bytes = new Uint8Array(this.#blocks.reduce((sum, block) => sum + block.byteLength, start));
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode(MAGIC));
    view.setUint32(4, VERSION, true);
    view.setUint32(8, text.length, true);
    bytes.set(text, PREFIX_BYTES);
    let at = start;
    for (const block of this.#blocks) {
      bytes.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength), at);
      at += block.byteLength;
    }
    return bytes;
  }
}

/** Reads what {@link ByteWriter} wrote, or anything else: lengths are checked before they are used. */
export class ByteReader {
  /** Parsed JSON, unchecked. */
  readonly header: unknown;
  readonly #bytes: Uint8Array;
  #at: number;

  /** @throws {InputError} not such bytes */
  constructor(bytes: Uint8Array) {
    if (!(bytes instanceof Uint8Array)) refuseBytes("a Uint8Array", typeof bytes);
    if (bytes.length < PREFIX_BYTES) refuseBytes(`at least ${PREFIX_BYTES} bytes`, bytes.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const magic = String.fromCharCode(...bytes.subarray(0, 4));
    if (magic !== MAGIC) refuseBytes(`the mark "${MAGIC}"`, JSON.stringify(magic));
    const version = view.getUint32(4, true);
    if (version !== VERSION) refuseBytes(`version ${VERSION}`, version);
    const length = view.getUint32(8, true);
    if (length > MAX_HEADER_BYTES || PREFIX_BYTES + length > bytes.length) {
      refuseBytes("a whole header", `${length} bytes of it`);
    }
    this.#bytes = bytes;
    this.#at = PREFIX_BYTES + length;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, this.#at));
      this.header = JSON.parse(text);
    } catch {
      refuseBytes("a header in JSON", "another");
    }
  }

  /** The next block. @throws {InputError} there are fewer bytes */
  take<B extends Block>(type: BlockType<B>, length: number): B {
    const size = length * type.BYTES_PER_ELEMENT;
    if (size > this.#bytes.length - this.#at) {
      refuseBytes(`${size} more bytes`, this.#bytes.length - this.#at);
    }
    const block = new type(length);
    new Uint8Array(block.buffer).set(this.#bytes.subarray(this.#at, this.#at + size));
    this.#at += size;
    return block;
  }

  /** @throws {InputError} something is left */
  end(): void {
    if (this.#at !== this.#bytes.length)
      refuseBytes("no more bytes", `${this.#bytes.length - this.#at} of them`);
  }
}

export function refuseBytes(expected: string, actual: unknown): never {
  throw new InputError(
    `saved session: expected ${expected}, got ${actual}; use the bytes of session.serialize() unchanged`,
    { expected, actual },
  );
}
