import type { TrackFrames } from "../track/frames.js";
import type { LoadedVideoModel } from "../track/with-video-model.js";
import type { Comparison } from "./check-row.js";
import { CORNER, type ExpectedVideoRow, type VideoRowObject } from "./video-rows.js";

/**
 * Runs one row on a video: prompts on frame 0 in one call, then as many frames as it has values for.
 *
 * @param tolerance  share of the range of the logits
 */
export async function checkVideoRow(
  row: ExpectedVideoRow & { readonly objects: readonly VideoRowObject[] },
  video: TrackFrames,
  { model, processor }: LoadedVideoModel,
  tolerance: number,
  signal: AbortSignal,
): Promise<Comparison> {
  const { objects, logits: expected, title } = row;
  await using session = processor.initVideoSession({ video });
  const hasPoints = objects.some(({ points }) => points);
  const boxes = objects.flatMap(({ box }) => (box ? [[...box]] : []));
  processor.addInputsToInferenceSession(session, {
    frameIndex: 0,
    objectIds: objects.map((_, index) => index + 1),
    ...(hasPoints && {
      inputPoints: [objects.map(({ points = [] }) => points.map((point) => [...point]))],
      inputLabels: [objects.map(({ labels = [] }) => [...labels])],
    }),
    ...(boxes.length > 0 && { inputBoxes: [boxes] }),
  });
  const frames = expected.length / (CORNER * objects.length);
  const got: number[] = [];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const run = { startFrameIndex: 0, maxFrameNumToTrack: frames - 1, signal };
  for await (const { predMasks } of model.propagateInVideoIterator(session, run)) {
    for (const value of predMasks.data) [least, most] = [Math.min(least, value), Math.max(most, value)];
    const [masks] = await processor.postProcessMasks([predMasks], [video.size], { binarize: false });
    const [height, width] = video.size;
    for (let object = 0; object < objects.length; object++) {
      const at = object * height * width;
      for (const offset of [0, 1, width, width + 1]) got.push(masks?.data[at + offset] ?? Number.NaN);
    }
  }
  const limit = Math.max(tolerance * (most - least), row.tolerance ?? 0);
  const difference =
    got.length === expected.length
      ? Math.max(...expected.map((value, i) => Math.abs(value - (got[i] ?? Number.NaN))))
      : Number.POSITIVE_INFINITY;
  return { row: title, what: "logits", expected, got, difference, limit, isOk: difference <= limit };
}
