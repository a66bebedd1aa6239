import { CheckpointError, throwIfAborted } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { CONVERT_CHUNK_BYTES } from "../limits.js";
import { bitCount, DTYPE_BITS, type SafetensorsDtype } from "../safetensors/dtype.js";
import { checkTensors } from "./list-tensors.js";

/** The order of element types in a file: those of the largest numbers first, so that each tensor is aligned to its own. */
const ORDER = Object.keys(DTYPE_BITS) as SafetensorsDtype[];

/** Where data begins: a multiple of this, as the format's own writer pads the header. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file, byte for byte as the format's own library does: tensors ordered by type and name, the header padded. Nothing
 * is held but the piece under way.
 *
 * @param tensors   each by its name, from the file where it lies; scales of quantized tensors are tensors of their own
 * @param metadata  the header's `__metadata__`
 * @throws {CheckpointError} a name is given twice, or a length is not what shape and type say
 */
export async function* writeSafetensors(
  tensors: readonly TensorRecord[],
  metadata: ReadonlyMap<string, string> = new Map([["format", "pt"]]),
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const ordered = [...checkTensors(tensors)].sort(
    (a, b) => ORDER.indexOf(b.dtype) - ORDER.indexOf(a.dtype) || (a.name < b.name ? -1 : 1),
  );
  yield header(ordered, metadata);
  for (const { file, byteOffset, byteLength } of ordered) {
    for (let done = 0; done < byteLength; done += CONVERT_CHUNK_BYTES) {
      throwIfAborted(signal);
      const end = Math.min(byteLength, done + CONVERT_CHUNK_BYTES);
      yield await file.read(byteOffset + done, byteOffset + end, signal);
    }
  }
}

function header(ordered: readonly TensorRecord[], metadata: ReadonlyMap<string, string>): Uint8Array {
  let end = 0;
  const entries = ordered.map(({ name, dtype, dims, byteLength }): [string, object] => {
    const bits = bitCount(dims, DTYPE_BITS[dtype]);
    if (bits !== byteLength * 8) {
      const expected = bits === undefined ? "a shape that a file can hold" : `${bits / 8} bytes`;
      throw new CheckpointError(
        `tensor ${name}: expected ${expected} for ${dtype} [${dims.join(", ")}], got ${byteLength} bytes`,
        { name, expected, got: byteLength },
      );
    }
    const begin = end;
    end += byteLength;
    return [name, { dtype, shape: dims, data_offsets: [begin, end] }];
  });
  const content = new Map(entries);
  if (content.size < ordered.length) {
    throw new CheckpointError("tensors: expected a name for each, got one twice; rename it", {
      name: "tensors",
      expected: ordered.length,
      got: content.size,
    });
  }
  const start = metadata.size > 0 ? [["__metadata__", Object.fromEntries(metadata)]] : [];
  const members = [...start, ...entries].map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  const text = new TextEncoder().encode(`{${members.join()}}`);
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}
