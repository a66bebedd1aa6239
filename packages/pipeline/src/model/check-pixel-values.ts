import { checkTensor, InputError, isTensorLike, ShapeError, type TensorLike } from "@sam2js/core";

/** Pixels of a batch, one image at a time. */
export interface PixelBatch {
  readonly batchSize: number;
  /** [1, channels, H, W]. */
  readonly dims: readonly number[];
  imageData(image: number): Float32Array;
}

/**
 * Checks that `pixelValues` is float32 [B, channels, H, W].
 *
 * @param imageSize  [H, W] of the model
 * @throws {ShapeError} another type or shape; a wrong size names both
 */
export function checkPixelValues(
  value: unknown,
  [rows, columns]: readonly [number, number],
  channels = 3,
): PixelBatch {
  if (!isTensorLike(value)) {
    throw new InputError(
      "pixelValues: expected a float32 tensor [B, 3, S, S]; processor.process({ images }) makes one",
    );
  }
  const tensor: TensorLike = value;
  checkTensor(tensor, "pixelValues");
  const [batchSize = 0, depth, height, width] = tensor.dims;
  if (tensor.type !== "float32" || tensor.dims.length !== 4 || depth !== channels || batchSize < 1) {
    throw new ShapeError(
      `pixelValues: expected float32 [B, ${channels}, ${rows}, ${columns}] with B >= 1, got ${tensor.type} [${tensor.dims.join(", ")}]`,
      { actual: tensor.dims },
    );
  }
  if (height !== rows || width !== columns) {
    throw new ShapeError(
      `pixelValues: expected ${rows} x ${columns} pixels (height x width) for this model, got ${height} x ${width}; give model and processor the same imageSize`,
      { expected: [rows, columns], actual: [height, width] },
    );
  }
  const size = channels * rows * columns;
  const data = tensor.data as Float32Array;
  return {
    batchSize,
    dims: [1, channels, rows, columns],
    imageData: (image) => data.subarray(image * size, (image + 1) * size),
  };
}
