/**
 * Packs float32 values that are bfloat16 values already (the memory encoder rounds) into their upper halves; others are rounded to the
 * nearest, ties to even.
 */
export function packBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const word = bits[i] as number;
    out[i] = (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return out;
}

/** Widens bfloat16 values into `target` from `offset` on. */
export function unpackBfloat16(values: Uint16Array, target: Float32Array, offset = 0): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < values.length; i++) bits[offset + i] = (values[i] as number) << 16;
}
