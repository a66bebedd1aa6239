import { checkFinite, checkTensor, describeValue, ShapeError, Tensor, type TensorLike } from "@sam2js/core";

/**
 * For each object the mask with the highest score, the first of equals: `pred_masks[:, :, argmax(iou_scores)]` for any number of images and objects.
 * The result is what a model takes as `inputMasks`.
 *
 * @param predMasks  float32 [B, N, M, h, w] logits
 * @param iouScores  float32 [B, N, M]
 * @returns          float32 [B, N, h, w]
 * @throws {ShapeError} other shapes, or no masks to choose from
 * @throws {InputError} a score is not finite
 */
export function bestMasks(predMasks: TensorLike, iouScores: TensorLike): Tensor<"float32"> {
  checkTensor(predMasks, "predMasks");
  checkTensor(iouScores, "iouScores");
  const [images = 0, objects = 0, masks = 0, height = 0, width = 0] = predMasks.dims;
  const isFit =
    predMasks.dims.length === 5 && masks > 0 && iouScores.dims.join() === predMasks.dims.slice(0, 3).join();
  if (!isFit || !(predMasks.data instanceof Float32Array) || !(iouScores.data instanceof Float32Array)) {
    throw ShapeError.expected(
      "bestMasks",
      "float32 [B, N, M, h, w] masks and [B, N, M] scores",
      `${describeValue(predMasks)} and ${describeValue(iouScores)}`,
      "give predMasks and iouScores of the outputs",
    );
  }
  checkFinite(iouScores.data, "iouScores");
  const area = height * width;
  const best = Tensor.zeros("float32", [images, objects, height, width]);
  for (let object = 0; object < images * objects; object += 1) {
    const scores = iouScores.data.subarray(object * masks, (object + 1) * masks);
    const begin = (object * masks + scores.indexOf(Math.max(...scores))) * area;
    best.data.set(predMasks.data.subarray(begin, begin + area), object * area);
  }
  return best;
}
