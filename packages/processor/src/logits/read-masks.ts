import {
  checkFinite,
  describeValue,
  type FloatTensor,
  ShapeError,
  type TensorLike,
  toFloat32,
} from "@sam2js/core";

/** Mask logits: float32 [B, N, M, h, w], or one [N, M, h, w] per image. Float16 and float64 are taken too. */
export type MaskLogits = TensorLike | FloatTensor | readonly (TensorLike | FloatTensor)[];

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
  const batch = toFloat32(value, "masks");
  const list = batch ? splitBatch(batch) : value;
  if (!Array.isArray(list)) {
    throw ShapeError.expected(
      "masks",
      "float32 [B, N, M, h, w] or a list of [N, M, h, w]",
      describeValue(value),
      "give outputs.predMasks",
    );
  }
  if (list.length !== images) {
    throw ShapeError.expected(
      "masks",
      `one entry per originalSizes, ${images}`,
      list.length,
      "give one [height, width] for each image",
    );
  }
  return list.map((item: unknown, index) => readImage(item, `masks[${index}]`));
}

function splitBatch(batch: TensorLike<"float32">): FloatTensor[] {
  if (batch.dims.length !== 5) {
    const next = batch.dims.length === 4 ? "for the masks of one image give a list, [masks]" : undefined;
    throw ShapeError.expected("masks", "float32 [B, N, M, h, w]", describeValue(batch), next);
  }
  const [images = 0, ...dims] = batch.dims;
  const size = images === 0 ? 0 : batch.data.length / images;
  return Array.from({ length: images }, (_, i) => ({
    type: batch.type,
    dims,
    data: batch.data.subarray(i * size, (i + 1) * size),
  }));
}

function readImage(item: unknown, name: string): ImageLogits {
  const tensor = toFloat32(item, name);
  const [objects = 0, masks = 0, height = 0, width = 0] = tensor?.dims ?? [];
  if (tensor?.dims.length !== 4 || height * width === 0) {
    throw ShapeError.expected(name, "float32 logits [N, M, h, w]", describeValue(item));
  }
  checkFinite(tensor.data, name);
  return { data: tensor.data, objects, masks, height, width };
}
