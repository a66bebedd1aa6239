import {
  checkFinite,
  checkTensor,
  describeValue,
  isTensorLike,
  ShapeError,
  type TensorLike,
} from "@sam2js/core";

/** Mask logits: float32 [B, N, M, h, w], or one [N, M, h, w] per image. */
export type MaskLogits = TensorLike | readonly TensorLike[];

/** Logits of one image. */
export interface ImageLogits {
  /** N · M · h · w values. */
  readonly data: Float32Array;
  readonly objects: number;
  /** Masks per object. */
  readonly masks: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Splits logits by image, without copying them.
 *
 * @param images  how many images there are
 * @throws {ShapeError} another shape, type or number of images
 * @throws {InputError} a logit is not finite
 */
export function readMaskLogits(value: MaskLogits, images: number): ImageLogits[] {
  const list = isTensorLike(value) ? splitBatch(value) : value;
  if (!Array.isArray(list)) {
    throw new ShapeError(
      `masks: expected float32 [B, N, M, h, w] or a list of [N, M, h, w], got ${describeValue(value)}; give outputs.predMasks`,
      { name: "masks" },
    );
  }
  if (list.length !== images) {
    throw new ShapeError(
      `masks: expected one entry per originalSizes, ${images}, got ${list.length}; give one [height, width] for each image`,
      { name: "masks", expected: images, got: list.length },
    );
  }
  return list.map((item: TensorLike, index) => readImage(item, `masks[${index}]`));
}

function splitBatch(batch: TensorLike): TensorLike[] {
  checkTensor(batch, "masks");
  if (batch.dims.length !== 5) {
    const next = batch.dims.length === 4 ? "; for the masks of one image give a list, [masks]" : "";
    throw new ShapeError(`masks: expected float32 [B, N, M, h, w], got ${describeValue(batch)}${next}`, {
      name: "masks",
      dims: batch.dims,
    });
  }
  const [images = 0, ...dims] = batch.dims;
  const size = images === 0 ? 0 : batch.data.length / images;
  return Array.from({ length: images }, (_, i) => ({
    type: batch.type,
    dims,
    data: batch.data.subarray(i * size, (i + 1) * size),
  }));
}

function readImage(item: TensorLike, name: string): ImageLogits {
  if (isTensorLike(item)) checkTensor(item, name);
  const [objects = 0, masks = 0, height = 0, width = 0] = item?.dims ?? [];
  if (
    !isTensorLike(item) ||
    item.dims.length !== 4 ||
    !(item.data instanceof Float32Array) ||
    height * width === 0
  ) {
    throw new ShapeError(`${name}: expected float32 logits [N, M, h, w], got ${describeValue(item)}`, {
      name,
    });
  }
  checkFinite(item.data, name);
  return { data: item.data, objects, masks, height, width };
}
