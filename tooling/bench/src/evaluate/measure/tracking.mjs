import { mean, meansOf } from "../../statistics.mjs";
import { iou } from "./bitmaps.mjs";

/** An object with at most so many cells in a frame is hidden there. */
const HIDDEN = 4;

/**
 * Follows each object of each clip from one click in the first frame, compared at the size of the model's masks.
 *
 * J: mean IoU over the later frames in which the object is seen, mean over objects.
 *
 * @param {import("@sam2js/video").Sam2VideoModel} model
 * @param {import("@sam2js/video").Sam2VideoProcessor} processor
 */
export async function measureTracking(model, processor, clips) {
  const seen = {
    J: [],
    "J of the prompted frame": [],
    "J of the last seen frame": [],
    "empty while hidden": [],
  };
  for await (const { frames, points, masks } of clips) {
    const predicted = await track(model, processor, frames, points);
    for (const [n, actual] of masks.entries()) {
      const scores = predicted[n].map((bitmap, t) => iou(bitmap, actual[t]));
      const visible = actual.map((bitmap) => bitmap.reduce((sum, value) => sum + value, 0) > HIDDEN);
      seen["J of the prompted frame"].push(scores[0]);
      const later = scores.filter((_, t) => t > 0 && visible[t]);
      if (later.length > 0) {
        seen.J.push(mean(later));
        seen["J of the last seen frame"].push(scores[visible.lastIndexOf(true)]);
      }
      const hidden = predicted[n].filter((_, t) => !visible[t]);
      if (hidden.length > 0)
        seen["empty while hidden"].push(mean(hidden.map((bitmap) => (bitmap.includes(1) ? 0 : 1))));
    }
  }
  return meansOf(seen);
}

/** Bitmaps of each object in each frame, at the size of the model's masks. */
async function track(model, processor, frames, points) {
  const session = processor.initVideoSession({ video: frames });
  processor.addInputsToInferenceSession(session, {
    frameIndex: 0,
    objectIds: points.map((_, n) => n),
    inputPoints: [points.map((point) => [point])],
    inputLabels: [points.map(() => [1])],
  });
  const bitmaps = points.map(() => []);
  for await (const { predMasks, frameIndex } of model.propagateInVideoIterator(session)) {
    const pixels = predMasks.data.length / points.length;
    for (const [n, each] of bitmaps.entries()) {
      each[frameIndex] = Uint8Array.from(predMasks.data.subarray(n * pixels, (n + 1) * pixels), (logit) =>
        logit > 0 ? 1 : 0,
      );
    }
  }
  await session.dispose();
  return bitmaps;
}
