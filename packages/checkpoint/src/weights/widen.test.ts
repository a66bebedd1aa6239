import { expect, test } from "vitest";
import { isWidenable, WIDENABLE, widen } from "./widen.js";

function widened(dtype: Parameters<typeof widen>[0], bytes: Uint8Array, count: number): Float32Array {
  const out = new Float32Array(count);
  widen(dtype, bytes, count, out);
  return out;
}

/** The value of float16 bits by the definition of IEEE 754. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

test("each of the 65,536 float16 numbers keeps its value", () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const values = widened("F16", new Uint8Array(halves.buffer), halves.length);
  for (const bits of halves)
    expect(Object.is(values[bits], Math.fround(halfValue(bits))), `bits ${bits}`).toBe(true);
});

test("bfloat16 is the upper half of float32", () => {
  const wide = Float32Array.of(0, -0, 1, -2.5, 3.4e38, 1e-40, Number.NEGATIVE_INFINITY);
  const bits = new Uint32Array(wide.buffer).map((word) => word & 0xffff0000);
  const halves = Uint16Array.from(bits, (word) => word >>> 16);
  expect(widened("BF16", new Uint8Array(halves.buffer), wide.length)).toEqual(new Float32Array(bits.buffer));
});

test.each([
  ["F32", Float32Array.of(1.5, -2)],
  ["F64", Float64Array.of(0.1, -1e300)],
  ["I8", Int8Array.of(-128, 127)],
  ["U8", Uint8Array.of(0, 255)],
  ["I16", Int16Array.of(-32768, 5)],
  ["U16", Uint16Array.of(65535, 5)],
  ["I32", Int32Array.of(-7, 2147483647)],
  ["U32", Uint32Array.of(4294967295, 3)],
  ["I64", BigInt64Array.of(-5n, 4n)],
  ["U64", BigUint64Array.of(5n, 4n)],
] as const)("%s is rounded to the nearest float32, at any alignment", (dtype, values) => {
  const shifted = new Uint8Array(values.byteLength + 1);
  shifted.set(new Uint8Array(values.buffer), 1);
  const expected = Float32Array.from([...values].map(Number));
  expect(widened(dtype, shifted.subarray(1), values.length)).toEqual(expected);
  expect(widened(dtype, shifted.slice(1), values.length)).toEqual(expected);
});

test("booleans are 0 and 1", () => {
  expect([...widened("BOOL", Uint8Array.of(0, 1, 7), 3)]).toEqual([0, 1, 1]);
});

test("8-bit floats and complex numbers are not widened", () => {
  expect(WIDENABLE).not.toContain("F8_E4M3");
  expect(isWidenable("C64")).toBe(false);
});
