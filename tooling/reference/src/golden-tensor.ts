/** A host tensor as the fixtures hold it; row-major, and assignable wherever a plain tensor is taken. */
export type GoldenTensor =
  | { readonly type: "float32"; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: "int32"; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: "uint8"; readonly dims: readonly number[]; readonly data: Uint8Array };

/** Number of elements of a shape. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Interprets little-endian bytes; throws when their number is not what the shape needs. */
export function tensorFromBytes(
  type: GoldenTensor["type"],
  dims: readonly number[],
  bytes: Uint8Array,
): GoldenTensor {
  const width = type === "uint8" ? 1 : 4;
  if (bytes.byteLength !== sizeOf(dims) * width) {
    throw new RangeError(`a ${type} tensor [${dims.join(", ")}] can not have ${bytes.byteLength} bytes`);
  }
  const { buffer } = Uint8Array.from(bytes); // a copy of its own, so that views are aligned and tests may write to it
  if (type === "float32") return { type, dims, data: new Float32Array(buffer) };
  if (type === "int32") return { type, dims, data: new Int32Array(buffer) };
  return { type, dims, data: new Uint8Array(buffer) };
}

/** Joins tensors of one type along axis 0; the other axes must agree. */
export function concatTensors(parts: readonly GoldenTensor[]): GoldenTensor {
  const [first] = parts;
  if (first === undefined) throw new RangeError("nothing to join");
  const rest = first.dims.slice(1).join();
  for (const part of parts) {
    if (part.type !== first.type || part.dims.slice(1).join() !== rest) {
      throw new RangeError(
        `can not join ${part.type} [${part.dims.join(", ")}] to ${first.type} [${first.dims.join(", ")}]`,
      );
    }
  }
  const rows = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
  const bytes = parts.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return tensorFromBytes(first.type, [rows, ...first.dims.slice(1)], Buffer.concat(bytes));
}
