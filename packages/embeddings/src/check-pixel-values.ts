import {
  checkTensor,
  describeValue,
  InputError,
  isTensorLike,
  ShapeError,
  type TensorLike,
  toFloat32,
} from "@sam2js/core";

/** Pixels of a batch, one image at a time. */
export interface PixelBatch {
  /** B. */
  readonly batchSize: number;
  /** [1, channels, H, W]. */
  readonly dims: readonly number[];
  /** float32 of one image, as `dims` say. */
  imageData(image: number): Float32Array;
}

/**
 * Checks that `pixelValues` is [B, channels, H, W] of floats or bytes, and makes it float32.
 *
 * @param imageSize  [H, W] of the model
 * @throws {ShapeError} another type or shape; a wrong size names both
 */
export function checkPixelValues(
  value: unknown,
  [rows, columns]: readonly [number, number],
  channels = 3,
): PixelBatch {
  const tensor = toFloat32(value, "pixelValues") ?? bytesToFloat32(value);
  const [batchSize = 0, depth, height, width] = tensor.dims;
  if (tensor.dims.length !== 4 || depth !== channels || batchSize < 1) {
    const expected = `[B, ${channels}, ${rows}, ${columns}]`;
    throw new ShapeError(`pixelValues: expected ${expected} with B >= 1, got [${tensor.dims.join(", ")}]`, {
      name: "pixelValues",
      expected,
      got: tensor.dims,
    });
  }
  if (height !== rows || width !== columns) {
    throw new ShapeError(
      `pixelValues: expected ${rows} x ${columns} pixels (height x width) for this model, got ${height} x ${width}; give model and processor the same imageSize`,
      { name: "pixelValues", expected: [rows, columns], got: [height, width] },
    );
  }
  const size = channels * rows * columns;
  return {
    batchSize,
    dims: [1, channels, rows, columns],
    imageData: (image) => tensor.data.subarray(image * size, (image + 1) * size),
  };
}

function bytesToFloat32(value: unknown): TensorLike<"float32"> {
  if (!isTensorLike(value) || value.type !== "uint8") {
    const expected = "a tensor of floats or bytes [B, 3, S, S]";
    throw new InputError(
      `pixelValues: expected ${expected}, got ${describeValue(value)}; processor.process({ images }) makes one`,
      { name: "pixelValues", expected, got: value },
    );
  }
  checkTensor(value, "pixelValues");
  return { type: "float32", dims: value.dims, data: Float32Array.from(value.data) };
}
