import {
  checkTensor,
  describeValue,
  isTensorLike,
  MAX_IMAGE_SIDE,
  ShapeError,
  type TensorLike,
} from "@sam2js/core";

/** [height, width] of an image in pixels, before any resizing. */
export type OriginalSize = readonly [height: number, width: number];

/** Sizes of original images as pairs, or as a tensor [B, 2]. */
export type OriginalSizes = readonly (readonly number[])[] | TensorLike;

/**
 * Reads sizes of images.
 *
 * @throws {ShapeError} not a list of [height, width] in whole pixels
 */
export function readOriginalSizes(value: unknown): OriginalSize[] {
  const rows = isTensorLike(value) ? tensorRows(value) : value;
  if (!Array.isArray(rows) || rows.length === 0) {
    throw ShapeError.expected(
      "originalSizes",
      "[[height, width], …], one pair per image",
      describeValue(value),
      "for example [[1200, 1800]]",
    );
  }
  return Array.from(rows, (row: unknown, index) => {
    const pair = Array.isArray(row) || ArrayBuffer.isView(row) ? Array.from(row as ArrayLike<unknown>) : [];
    const [height, width] = pair;
    if (pair.length === 2 && isSide(height) && isSide(width)) return [height, width] as const;
    throw ShapeError.expected(
      `originalSizes[${index}]`,
      `[height, width] in whole pixels, 1 to ${MAX_IMAGE_SIDE}`,
      describeValue(row),
      "for example [[1200, 1800]] for one image",
    );
  });
}

function isSide(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_IMAGE_SIDE;
}

function tensorRows(tensor: TensorLike): number[][] | undefined {
  checkTensor(tensor, "originalSizes");
  if (tensor.dims.length !== 2 || tensor.dims[1] !== 2 || tensor.type === "float16") return undefined;
  return Array.from({ length: tensor.dims[0]! }, (_, row) =>
    Array.from(tensor.data.subarray(row * 2, row * 2 + 2)),
  );
}
