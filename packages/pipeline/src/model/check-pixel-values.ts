import { checkTensor, InputError, isTensorLike, ShapeError, type TensorLike } from "@sam2js/core";

/** Pixels of a batch, one image at a time. */
export interface PixelBatch {
  readonly batchSize: number;
  /** [1, 3, S, S]. */
  readonly dims: readonly number[];
  imageData(image: number): Float32Array;
}

/**
 * Checks that `pixelValues` is float32 [B, 3, S, S].
 *
 * @param imageSize  S of the model
 * @throws {ShapeError} another type or shape; a wrong S names both sizes
 */
export function checkPixelValues(value: unknown, imageSize: number, channels = 3): PixelBatch {
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
      `pixelValues: expected float32 [B, ${channels}, ${imageSize}, ${imageSize}] with B >= 1, got ${tensor.type} [${tensor.dims.join(", ")}]`,
      { actual: tensor.dims },
    );
  }
  if (height !== imageSize || width !== imageSize) {
    throw new ShapeError(
      `pixelValues: expected ${imageSize} x ${imageSize} pixels for this model, got ${height} x ${width}; give model and processor the same imageSize`,
      { expected: [imageSize, imageSize], actual: [height, width] },
    );
  }
  const size = channels * imageSize * imageSize;
  const data = tensor.data as Float32Array;
  return {
    batchSize,
    dims: [1, channels, imageSize, imageSize],
    imageData: (image) => data.subarray(image * size, (image + 1) * size),
  };
}
