import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { elementCount, type ModelFile } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { DTYPE_BITS } from "../safetensors/dtype.js";
import { isWidenable, widen } from "./widen.js";

/** Tensors of at most this many elements are hashed whole: all biases and norms, in which fine-tuned models differ. */
const WHOLE_ELEMENTS = 4096;
/** Of larger tensors the first elements are hashed, so that a change of matrices alone is seen too. */
const HEAD_ELEMENTS = 64;
/** Pieces less than this apart are read at once, in bytes. */
const READ_GAP_BYTES = 64 * 1024;
/** No read is longer, in bytes. */
const READ_LIMIT_BYTES = 4 * 1024 * 1024;

interface Piece {
  readonly record: TensorRecord;
  readonly begin: number;
  readonly end: number;
}

/**
 * Hash of names, shapes, and the values of all small tensors with the beginnings of the large ones, as float32 where they can be
 * widened; of quantized tensors the integers and the scales. The order of tensors in files, shards and file names have no part in it.
 *
 * @returns 64 hexadecimal digits, equal on every platform
 */
export async function fingerprint(
  tensors: ReadonlyMap<string, TensorRecord>,
  signal?: AbortSignal,
): Promise<string> {
  const records = [...tensors.values()].flatMap((record) =>
    record.scale ? [record, record.scale] : [record],
  );
  const values = await readPieces(records.map(pieceOf), signal);
  const hash = sha256.create();
  const text = new TextEncoder();
  // By code units, which no locale changes.
  for (const name of [...tensors.keys()].sort()) {
    const record = tensors.get(name) as TensorRecord;
    hash.update(text.encode(`${JSON.stringify(name)}[${record.dims.join(",")}]\n`));
    hash.update(toFloat32Bytes(record, values.get(record) as Uint8Array));
    if (record.scale) hash.update(toFloat32Bytes(record.scale, values.get(record.scale) as Uint8Array));
  }
  return bytesToHex(hash.digest());
}

function pieceOf(record: TensorRecord): Piece {
  const elements = elementCount(record.dims);
  const used = elements <= WHOLE_ELEMENTS ? elements : HEAD_ELEMENTS;
  const end = record.byteOffset + Math.floor((used * DTYPE_BITS[record.dtype]) / 8);
  return { record, begin: record.byteOffset, end };
}

async function readPieces(
  pieces: readonly Piece[],
  signal?: AbortSignal,
): Promise<Map<TensorRecord, Uint8Array>> {
  const files = new Map<ModelFile, Piece[]>();
  for (const piece of pieces) {
    const inFile = files.get(piece.record.file);
    if (inFile) inFile.push(piece);
    else files.set(piece.record.file, [piece]);
  }
  const values = new Map<TensorRecord, Uint8Array>();
  for (const [file, inFile] of files) {
    inFile.sort((a, b) => a.begin - b.begin);
    for (let first = 0; first < inFile.length; ) {
      const { begin } = inFile[first] as Piece;
      let end = begin;
      let last = first;
      for (; last < inFile.length; last++) {
        const next = inFile[last] as Piece;
        if (last > first && (next.begin > end + READ_GAP_BYTES || next.end > begin + READ_LIMIT_BYTES)) break;
        end = Math.max(end, next.end);
      }
      const bytes = await file.read(begin, end, signal);
      for (const piece of inFile.slice(first, last)) {
        values.set(piece.record, bytes.subarray(piece.begin - begin, piece.end - begin));
      }
      first = last;
    }
  }
  return values;
}

function toFloat32Bytes({ dtype }: TensorRecord, bytes: Uint8Array): Uint8Array {
  if (dtype === "F32" || !isWidenable(dtype)) return bytes;
  const count = (bytes.length * 8) / DTYPE_BITS[dtype];
  const out = new Float32Array(count);
  widen(dtype, bytes, count, out);
  return new Uint8Array(out.buffer);
}
