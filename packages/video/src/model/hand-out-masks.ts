import { raceAbort } from "@sam2js/core";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { Sam2VideoSegmentationOutput } from "./sam2-video-segmentation-output.js";

/** Keeps the masks of a frame and gives them to whoever wants them. Objects that no frame has begun have none. */
export async function handOutMasks(
  { state, queue }: Sam2VideoInferenceSession,
  output: Sam2VideoSegmentationOutput,
): Promise<void> {
  const { maskLimit, onMasks } = state;
  if (!state.frames.size || (maskLimit === 0 && !onMasks)) return;
  const named = output.toMasks().map((mask, index) => [output.objectIds[index]!, mask] as const);
  const masks = new Map(named.filter((_, index) => output.present[index]));
  if (maskLimit > 0) state.keepMasks(output.frameIndex, masks);
  await raceAbort(Promise.resolve(onMasks?.(output.frameIndex, masks)), queue.ended);
}
