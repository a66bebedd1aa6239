import { NumbersKernel } from "../kernel/numbers-kernel.js";

/** Float32 bits of 65,520: from here on the nearest float16 is infinite. */
const INFINITE = 0x477ff000;
/** Of 2⁻¹⁴, the smallest float16 with all its bits. */
const NORMAL = 0x38800000;
/** Of 2⁻²⁵, half the smallest float16: up to here the nearest is 0. */
const ZERO = 0x33000000;

/**
 * Rounds float32 to float16, to the nearest, ties to even, as IEEE 754 does: what is too large becomes infinite, NaN stays NaN.
 *
 * @param out  takes the 16 bits of each element; of the length of `values`
 * @returns    `out`
 */
export function toFloat16(
  values: Float32Array,
  out: Uint16Array = new Uint16Array(values.length),
): Uint16Array {
  const kernel = NumbersKernel.for(values.byteLength);
  if (!kernel) return toFloat16Plainly(values, out);
  kernel.toHalves(values, new Uint8Array(out.buffer, out.byteOffset, out.byteLength));
  return out;
}

/** {@link toFloat16} into bytes that need not begin at an even address. @param out  two bytes for each of `values` */
export function writeFloat16(values: Float32Array, out: Uint8Array): void {
  const kernel = NumbersKernel.for(values.byteLength);
  if (kernel) kernel.toHalves(values, out);
  else out.set(new Uint8Array(toFloat16Plainly(values, new Uint16Array(values.length)).buffer));
}

/** {@link toFloat16} without WebAssembly. */
export function toFloat16Plainly(values: Float32Array, out: Uint16Array): Uint16Array {
  // With a sign: numbers without one do not fit the small integers of engines from 2³¹ on.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const each = bits[i] as number;
    const positive = each & 0x7fffffff;
    const sign = (each >>> 16) & 0x8000;
    // Nearly all numbers, without a call.
    if (positive >= NORMAL && positive < INFINITE) out[i] = sign | rounded(positive);
    else out[i] = sign | halfOf(positive);
  }
  return out;
}

/** Float16 bits of a positive number with all its bits, given by its float32 bits. */
function rounded(bits: number): number {
  return (bits - 0x38000000 + 0xfff + ((bits >>> 13) & 1)) >>> 13;
}

/** Float16 bits of a positive number given by its float32 bits. */
function halfOf(bits: number): number {
  if (bits >= INFINITE) return bits > 0x7f800000 ? 0x7e00 : 0x7c00;
  if (bits >= NORMAL) return rounded(bits);
  if (bits <= ZERO) return 0;
  const shift = 126 - (bits >>> 23);
  const mantissa = (bits & 0x7fffff) | 0x800000;
  return (mantissa + (1 << (shift - 1)) - 1 + ((mantissa >>> shift) & 1)) >>> shift;
}

/** The float32 of each float16, given by its 16 bits. */
export function fromFloat16(halves: ArrayLike<number>): Float32Array {
  const table = float16Table();
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < bits.length; i++) bits[i] = table[halves[i] as number] as number;
  return new Float32Array(bits.buffer);
}

let table: Uint32Array | undefined;

/** The bits of the float32 with the value of each of the 65,536 float16 numbers; made on first use. */
export function float16Table(): Uint32Array {
  if (table) return table;
  table = new Uint32Array(0x10000);
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  for (let half = 0; half < 0x8000; half++) {
    const exponent = half >> 10;
    const mantissa = half & 0x3ff;
    if (exponent === 31) {
      bits[0] = 0x7f800000 | (mantissa << 13);
    } else {
      value[0] = exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
    }
    table[half] = bits[0] as number;
    table[half | 0x8000] = ((bits[0] as number) | 0x80000000) >>> 0;
  }
  return table;
}
