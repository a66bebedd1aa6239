import type { TensorRecord } from "../checkpoint.js";
import { bytesFile } from "../files/memory-file.js";
import { readPieces } from "../files/read-pieces.js";
import { refuseFile } from "./refuse-file.js";

/** What graphs call the file of joined tensors. */
const LOCATION = "joined-weights";
/** Joined tensors are copied into memory, so only small ones are: the point embeddings of SAM 2 have 4 KB. */
const MAX_JOINED_BYTES = 1024 * 1024;

/**
 * One tensor of several along their first axis, copied into memory.
 *
 * @param parts  in order; of one element type, and of one shape but for the first axis
 * @throws {CheckpointError} the parts do not fit, or have more than 1 MiB in all
 */
export async function joinTensors(
  name: string,
  parts: readonly TensorRecord[],
  where: string,
  signal?: AbortSignal,
): Promise<TensorRecord> {
  const [first] = parts;
  const row = first?.dims.slice(1).join();
  const byteLength = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const fits = parts.every(
    ({ dims, dtype }) => dims.length > 0 && dims.slice(1).join() === row && dtype === first?.dtype,
  );
  if (!first || !fits || byteLength > MAX_JOINED_BYTES) {
    const got = parts.slice(0, 4).map(({ dtype, dims }) => `${dtype} [${dims.join(", ")}]`);
    return refuseFile(
      `${where}: tensor ${name}`,
      `parts of one type and shape, of at most ${MAX_JOINED_BYTES} bytes`,
      got.join(", "),
      "this is no checkpoint of SAM 2",
    );
  }
  const pieces = parts.map(({ file, byteOffset, byteLength }) => ({
    file,
    begin: byteOffset,
    end: byteOffset + byteLength,
    bytes: new Uint8Array(),
  }));
  await readPieces(pieces, signal);
  const bytes = new Uint8Array(byteLength);
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, end);
    end += piece.bytes.length;
  }
  const rows = parts.reduce((sum, { dims }) => sum + (dims[0] as number), 0);
  return {
    name,
    dtype: first.dtype,
    dims: [rows, ...first.dims.slice(1)],
    file: bytesFile(LOCATION, bytes),
    byteOffset: 0,
    byteLength,
  };
}
