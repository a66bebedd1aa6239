import {
  checkFinite,
  checkTensor,
  InputError,
  isTensorLike,
  ShapeError,
  type TensorLike,
} from "@sam2js/core";
import { resizeAntialiased } from "@sam2js/processor";
import type { BroadcastRows } from "./broadcast.js";

/**
 * The mask prompt of each object of one image.
 *
 * @param inputMasks  float32 logits: [B, 1, h, w] shared by all objects of an image, or [B, N, h, w], one for each
 * @param image  which image of the batch
 * @param size  [height, width] of the mask prompt; other sizes are resized, antialiased
 * @returns  [N, 1, height, width] logits
 * @throws {ShapeError} another rank, batch, or number of objects
 * @throws {InputError} a logit that is no finite number
 */
export function maskPromptOfImage(
  inputMasks: TensorLike,
  image: number,
  count: number,
  batchSize: number,
  size: readonly [number, number],
): BroadcastRows {
  if (!isTensorLike(inputMasks)) {
    throw new InputError(
      "inputMasks: expected a float32 tensor { type, dims, data } of shape [B, 1, h, w] or [B, N, h, w]",
    );
  }
  checkTensor(inputMasks, "inputMasks");
  const [images = 0, objects = 0, height = 0, width = 0] = inputMasks.dims;
  if (inputMasks.dims.length !== 4 || inputMasks.type !== "float32") {
    throw new ShapeError(
      `inputMasks: expected float32 [B, 1, h, w] or [B, N, h, w], got ${inputMasks.type} [${inputMasks.dims.join(", ")}]`,
      { actual: inputMasks.dims },
    );
  }
  if (images !== batchSize || (objects !== 1 && objects !== count) || height < 1 || width < 1) {
    throw new ShapeError(
      `inputMasks: expected [${batchSize}, 1 or ${count}, h, w] for ${batchSize} image(s) with ${count} object(s), got [${inputMasks.dims.join(", ")}]`,
      { expected: [batchSize, count], actual: inputMasks.dims },
    );
  }
  const planeSize = objects * height * width;
  const own = (inputMasks.data as Float32Array).subarray(image * planeSize, (image + 1) * planeSize);
  checkFinite(own, "inputMasks");
  const [outHeight, outWidth] = size;
  const sized =
    height === outHeight && width === outWidth ? own : resizeAntialiased(own, [height, width], size);
  const dims = [count, 1, outHeight, outWidth];
  if (objects === count) return { dims, data: sized };
  const repeated = new Float32Array(count * outHeight * outWidth);
  for (let object = 0; object < count; object++) repeated.set(sized, object * outHeight * outWidth);
  return { dims, data: repeated };
}
