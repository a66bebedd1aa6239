import {
  describeValue,
  elementCount,
  InputError,
  ShapeError,
  type TensorLike,
  toFloat32,
} from "@sam2js/core";

/** Values of some rows, with the shape that a graph's input of free axes takes. */
export interface BroadcastRows {
  /** As the shape asked for, but 1 on the axes that may stay single and are. */
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * The values that a tensor gives to rows `begin` to `end` of `shape`, repeated along every axis that it has once or not at all.
 *
 * @param shape  what `value` is broadcast to; its first axis is cut
 * @param single  axes that are left at size 1 where `value` has them so
 * @throws {ShapeError} it cannot be broadcast so
 */
export function broadcastRows(
  name: string,
  given: TensorLike,
  shape: readonly number[],
  begin: number,
  end: number,
  single: readonly number[] = [],
): BroadcastRows {
  const value = toFloat32(given, name);
  if (!value) {
    const expected = `a tensor of floats { type, dims, data } that fits [${shape.join(", ")}]`;
    throw InputError.expected(name, expected, describeValue(given), "give float32");
  }
  const missing = shape.length - value.dims.length;
  const dims = [...new Array<number>(Math.max(0, missing)).fill(1), ...value.dims];
  if (missing < 0 || dims.some((size, axis) => size !== 1 && size !== shape[axis])) {
    throw new ShapeError(
      `${name}: expected what can be broadcast to [${shape.join(", ")}], got [${value.dims.join(", ")}]; give axes of that size or of 1`,
      { name, expected: shape, got: value.dims },
    );
  }
  const strides = dims.map((size, axis) => (size === 1 ? 0 : elementCount(dims.slice(axis + 1))));
  const rowShape = shape.map((size, axis) => (single.includes(axis) ? (dims[axis] ?? 1) : size)).slice(1);
  const rowSize = elementCount(rowShape);
  const out = new Float32Array((end - begin) * rowSize);
  const { data } = value;
  for (let row = begin, at = 0; row < end; row++) {
    for (let inner = 0; inner < rowSize; inner++, at++) {
      let rest = inner;
      let from = row * (strides[0] ?? 0);
      for (let axis = rowShape.length - 1; axis >= 0; axis--) {
        const size = rowShape[axis] ?? 1;
        from += (rest % size) * (strides[axis + 1] ?? 0);
        rest = Math.floor(rest / size);
      }
      out[at] = data[from] ?? 0;
    }
  }
  return { dims: [end - begin, ...rowShape], data: out };
}
