/** Element types of the safetensors format with their size in bits, in the order of the format's own library. */
export const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** Name of an element type in a safetensors header. */
export type SafetensorsDtype = keyof typeof DTYPE_BITS;

export function isSafetensorsDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === "string" && Object.hasOwn(DTYPE_BITS, value);
}

/** Bits of a tensor, undefined beyond the whole numbers that JavaScript counts exactly. */
export function bitCount(dims: readonly number[], bitsPerElement: number): number | undefined {
  if (dims.includes(0)) return 0;
  let bits = bitsPerElement;
  for (const size of dims) {
    bits *= size;
    if (!Number.isSafeInteger(bits)) return undefined;
  }
  return bits;
}
