import { ShapeError, type TensorLike } from "@sam2js/core";
import { resizeAntialiased } from "@sam2js/processor";
import type { BroadcastRows } from "./broadcast.js";

/**
 * The mask prompt of each object of one image.
 *
 * @param inputMasks  [B, 1, h, w] shared by all objects of an image, or [B, N, h, w], one for each; with B = 1 all images share them
 * @param image  which image of the batch
 * @param size  [height, width] of the mask prompt; other sizes are resized, antialiased
 * @returns  [N, 1, height, width] logits
 * @throws {ShapeError} another batch, or number of objects
 */
export function maskPromptOfImage(
  inputMasks: TensorLike<"float32">,
  image: number,
  count: number,
  batchSize: number,
  size: readonly [number, number],
): BroadcastRows {
  const [images = 0, objects = 0, height = 0, width = 0] = inputMasks.dims;
  if ((images !== 1 && images !== batchSize) || (objects !== 1 && objects !== count)) {
    throw new ShapeError(
      `inputMasks: expected [${batchSize} or 1, ${count} or 1, h, w] for ${batchSize} image(s) with ${count} object(s), got [${inputMasks.dims.join(", ")}]`,
      { name: "inputMasks", expected: [batchSize, count], got: inputMasks.dims },
    );
  }
  const planeSize = objects * height * width;
  const begin = images === 1 ? 0 : image * planeSize;
  const own = inputMasks.data.subarray(begin, begin + planeSize);
  const [outHeight, outWidth] = size;
  const sized =
    height === outHeight && width === outWidth ? own : resizeAntialiased(own, [height, width], size);
  const dims = [count, 1, outHeight, outWidth];
  if (objects === count) return { dims, data: sized };
  const repeated = new Float32Array(count * outHeight * outWidth);
  for (let object = 0; object < count; object++) repeated.set(sized, object * outHeight * outWidth);
  return { dims, data: repeated };
}
