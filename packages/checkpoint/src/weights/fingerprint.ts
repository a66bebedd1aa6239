import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import { elementCount } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { type Piece, readPieces } from "../files/read-pieces.js";
import { DTYPE_BITS } from "../safetensors/dtype.js";
import { isWidenable, widen } from "./widen.js";

/** Tensors of at most this many elements are hashed whole: all biases and norms, in which fine-tuned models differ. */
const WHOLE_ELEMENTS = 4096;
/** Of larger tensors this many samples are hashed, from the first element to the last, so that a change of matrices alone is seen too. */
const SAMPLES = 8;
const SAMPLE_ELEMENTS = 32;

/**
 * Hash of names, shapes, and the values of all small tensors with samples of the large ones, as float32 where they can be
 * widened; of quantized tensors the integers and the scales. The order of tensors in files, shards and file names have no part in it.
 *
 * @returns 64 hexadecimal digits, equal on every platform
 */
export async function fingerprint(
  tensors: ReadonlyMap<string, TensorRecord>,
  signal?: AbortSignal,
): Promise<string> {
  const pieces = new Map<TensorRecord, Piece[]>();
  for (const record of tensors.values()) {
    for (const each of record.scale ? [record, record.scale] : [record]) pieces.set(each, piecesOf(each));
  }
  await readPieces([...pieces.values()].flat(), signal);
  const content: Uint8Array[] = [];
  const update = (record: TensorRecord) => {
    for (const { bytes } of pieces.get(record) ?? []) content.push(toFloat32Bytes(record, bytes));
  };
  const text = new TextEncoder();
  // By code units, which no locale changes.
  for (const name of [...tensors.keys()].sort()) {
    const record = tensors.get(name) as TensorRecord;
    content.push(text.encode(`${JSON.stringify(name)}[${record.dims.join(",")}]\n`));
    update(record);
    if (record.scale) update(record.scale);
  }
  return bytesToHex(await hashOf(concatBytes(...content)));
}

/** SHA-256, by the platform where it has it: pages that are not secure do not. */
async function hashOf(bytes: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto as Partial<typeof globalThis.crypto>;
  return subtle
    ? new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>))
    : sha256(bytes);
}

function piecesOf({ dims, dtype, file, byteOffset, byteLength }: TensorRecord): Piece[] {
  const elements = elementCount(dims);
  const piece = (begin: number, end: number): Piece => ({ file, begin, end, bytes: new Uint8Array() });
  if (elements <= WHOLE_ELEMENTS) return [piece(byteOffset, byteOffset + byteLength)];
  return Array.from({ length: SAMPLES }, (_, i) => {
    // Types of less than a byte share bytes; a multiple of 32 begins one.
    const first = 32 * Math.floor((i * (elements - SAMPLE_ELEMENTS)) / (32 * (SAMPLES - 1)));
    const at = (element: number) => byteOffset + (element * DTYPE_BITS[dtype]) / 8;
    return piece(at(first), at(first + SAMPLE_ELEMENTS));
  });
}

function toFloat32Bytes({ dtype }: TensorRecord, bytes: Uint8Array): Uint8Array {
  if (dtype === "F32" || !isWidenable(dtype)) return bytes;
  const count = (bytes.length * 8) / DTYPE_BITS[dtype];
  const out = new Float32Array(count);
  widen(dtype, bytes, count, out);
  return new Uint8Array(out.buffer);
}
