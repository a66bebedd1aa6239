import { KERNEL_BYTES } from "./kernel-bytes.js";
import { compileKernel, type KernelExports, layOutArrays } from "./wasm-kernel.js";

/** What the compiled kernel exports; `kernel/` in this package has the source. */
interface Exports extends KernelExports {
  toHalves(values: number, count: number, out: number): void;
  sumStripes(bytes: number, length: number, lanes: number): void;
}

/** So much goes through the kernel's memory at a time: little enough for a processor's cache. */
const PIECE_BYTES = 2 ** 16;
/** What is less is done before the kernel is. */
const LEAST_BYTES = 2 ** 14;
/** Floats that become halves together. */
const UNIT = 8;

const instantiate = compileKernel<Exports>(KERNEL_BYTES);
let shared: NumbersKernel | null | undefined;

/** Long arrays of numbers, by the vector instructions of WebAssembly. There is one for all of a thread: it does one thing at a time. */
export class NumbersKernel {
  readonly #exports: Exports;
  /** Where the piece under way, its result and the lanes of a sum lie. */
  readonly #at: readonly [number, number, number];
  readonly #bytes: Uint8Array;
  readonly #floats: Float32Array;
  /** Bytes of the result. */
  readonly #halves: Uint8Array;
  readonly #lanes: Int32Array;

  /** The kernel, where there is WebAssembly with vectors and so many bytes pay. */
  static for(sizeBytes: number): NumbersKernel | undefined {
    if (sizeBytes < LEAST_BYTES) return undefined;
    if (shared === undefined) {
      const exports = instantiate();
      shared = exports ? new NumbersKernel(exports) : null;
    }
    return shared ?? undefined;
  }

  private constructor(exports: Exports) {
    this.#exports = exports;
    this.#at = layOutArrays(exports, [PIECE_BYTES, PIECE_BYTES / 2, 16]) as [number, number, number];
    const { buffer } = exports.memory;
    const [piece, out, lanes] = this.#at;
    this.#bytes = new Uint8Array(buffer, piece, PIECE_BYTES);
    this.#floats = new Float32Array(buffer, piece, PIECE_BYTES / 4);
    this.#halves = new Uint8Array(buffer, out, PIECE_BYTES / 2);
    this.#lanes = new Int32Array(buffer, lanes, 4);
  }

  /** Rounds float32 to float16, as `toFloat16` does. @param out  two bytes for each of `values`, from any address on */
  toHalves(values: Float32Array, out: Uint8Array): void {
    const [piece, result] = this.#at;
    for (let at = 0; at < values.length; at += this.#floats.length) {
      const count = Math.min(this.#floats.length, values.length - at);
      this.#floats.set(values.subarray(at, at + count));
      this.#exports.toHalves(piece, UNIT * Math.ceil(count / UNIT), result);
      out.set(this.#halves.subarray(0, 2 * count), 2 * at);
    }
  }

  /**
   * Goes on with the four lanes of an XXH32 sum over all whole stripes of 16 bytes.
   *
   * @param lanes  int32 [4]  @returns what they have become
   */
  sumStripes(bytes: Uint8Array, lanes: readonly number[]): number[] {
    const [piece, , state] = this.#at;
    this.#lanes.set(lanes);
    const end = bytes.length - (bytes.length % 16);
    for (let at = 0; at < end; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, end - at);
      this.#bytes.set(bytes.subarray(at, at + length));
      this.#exports.sumStripes(piece, length, state);
    }
    return [...this.#lanes];
  }
}
