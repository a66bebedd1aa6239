import { float16Table } from "@sam2js/core";
import type { SafetensorsDtype } from "../safetensors/dtype.js";

/** Writes the little-endian elements of `bytes` as float32 into `out`, from `out[0]` on. */
type Widen = (bytes: DataView, count: number, out: Float32Array) => void;

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const WIDEN: Partial<Record<SafetensorsDtype, Widen>> = {
  F32: (bytes, count, out) => {
    const { buffer, byteOffset } = bytes;
    if (IS_LITTLE_ENDIAN && byteOffset % 4 === 0) return out.set(new Float32Array(buffer, byteOffset, count));
    for (let i = 0; i < count; i++) out[i] = bytes.getFloat32(i * 4, true);
  },
  F64: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getFloat64(i * 8, true);
  },
  F16: (bytes, count, out) => {
    const bits = bitsOf(out);
    const table = float16Table();
    for (let i = 0; i < count; i++) bits[i] = table[bytes.getUint16(i * 2, true)] as number;
  },
  BF16: (bytes, count, out) => {
    const bits = bitsOf(out);
    for (let i = 0; i < count; i++) bits[i] = bytes.getUint16(i * 2, true) << 16;
  },
  I8: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getInt8(i);
  },
  U8: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getUint8(i);
  },
  BOOL: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getUint8(i) === 0 ? 0 : 1;
  },
  I16: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getInt16(i * 2, true);
  },
  U16: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getUint16(i * 2, true);
  },
  I32: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getInt32(i * 4, true);
  },
  U32: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes.getUint32(i * 4, true);
  },
  I64: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = Number(bytes.getBigInt64(i * 8, true));
  },
  U64: (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = Number(bytes.getBigUint64(i * 8, true));
  },
};

/** Element types that {@link widen} takes. */
export const WIDENABLE = Object.keys(WIDEN) as readonly SafetensorsDtype[];

/** Whether {@link widen} takes this element type. */
export function isWidenable(dtype: SafetensorsDtype): boolean {
  return Object.hasOwn(WIDEN, dtype);
}

/**
 * Converts elements of a checkpoint to float32. F16 and BF16 are exact, wider numbers are rounded to the nearest.
 *
 * @param bytes  little-endian elements, at any alignment
 * @param out    takes the elements, at least as long as `bytes` holds; other elements are left alone
 */
export function widen(dtype: SafetensorsDtype, bytes: Uint8Array, count: number, out: Float32Array): void {
  WIDEN[dtype]?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), count, out);
}

function bitsOf(out: Float32Array): Uint32Array {
  return new Uint32Array(out.buffer, out.byteOffset, out.length);
}
