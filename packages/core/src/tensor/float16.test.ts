import { expect, test } from "vitest";
import { fromFloat16, toFloat16, toFloat16Plainly } from "./float16.js";

/** The value of float16 bits by the definition of IEEE 754. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

const ALL = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
const isNumber = (bits: number) => !Number.isNaN(halfValue(bits));

/** Numbers of every size and sign, infinite ones and NaN among them: all float16 borders, and bits without pattern. */
test("vector instructions give the bits of the plain rounding", () => {
  const borders = [0x33000000, 0x33000001, 0x38800000, 0x477fefff, 0x477ff000, 0x7f800000, 0x7f800001, 1];
  let seed = 1;
  const bits = Uint32Array.from({ length: 100_003 }, (_, i) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
    return i < 16 ? (borders[i >> 1] as number) | ((i % 2) << 31) : seed;
  });
  const values = new Float32Array(bits.buffer);
  expect(toFloat16(values)).toEqual(toFloat16Plainly(values, new Uint16Array(values.length)));
});

test("each of the 65,536 float16 numbers keeps its value, and comes back", () => {
  expect(fromFloat16(ALL)).toEqual(Float32Array.from(ALL, halfValue));
  const halves = ALL.filter(isNumber);
  expect(toFloat16(Float32Array.from(halves, halfValue))).toEqual(halves);
});

test("between two neighbours the nearer one is taken, and in the middle the even one", () => {
  const low = ALL.subarray(0, 0x7bff); // up to the last but one finite number
  const middle = Float32Array.from(low, (bits) => (halfValue(bits) + halfValue(bits + 1)) / 2);
  const step = Float32Array.from(low, (bits) => (halfValue(bits + 1) - halfValue(bits)) / 64);
  expect(toFloat16(middle)).toEqual(low.map((bits) => bits + (bits & 1)));
  expect(toFloat16(middle.map((value, i) => value - (step[i] as number)))).toEqual(low);
  expect(toFloat16(middle.map((value, i) => value + (step[i] as number)))).toEqual(
    low.map((bits) => bits + 1),
  );
});

test("what is too large is infinite, NaN stays NaN, and signs are kept", () => {
  const values = Float32Array.of(65519.99, 65520, 1e30, -1e30, Number.NaN, -0, -1e-10);
  expect([...toFloat16(values)]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7e00, 0x8000, 0x8000]);
});
