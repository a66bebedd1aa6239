/**
 * The float64 number c for which a float64 value exceeds c exactly where, once rounded to float32, it exceeds a threshold: half-way to
 * the next float32, or the last number before it where a tie is rounded up.
 *
 * @param threshold  a finite float32
 */
export function roundingCut(threshold: number): number {
  const float = new Float32Array([threshold]);
  const bits = new Int32Array(float.buffer);
  const isTieRoundedUp = (bits[0]! & 1) === 1;
  bits[0] = threshold === 0 ? 1 : bits[0]! + Math.sign(threshold);
  const middle = (threshold + float[0]!) / 2;
  return isTieRoundedUp ? before(middle) : middle;
}

/** The next float64 below a number that is not 0. */
function before(value: number): number {
  const double = new Float64Array([value]);
  new BigInt64Array(double.buffer)[0]! -= value > 0 ? 1n : -1n;
  return double[0]!;
}
