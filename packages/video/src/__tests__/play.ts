import type { Sam2VideoSegmentationOutput } from "../model/sam2-video-segmentation-output.js";
import type { AddInputsOptions } from "../processor/add-inputs.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { ObjectId } from "../state/object-id.js";

const processor = new Sam2VideoProcessor();

/** One click per object. */
export function click(
  session: Sam2VideoInferenceSession,
  frameIndex: number,
  objectIds: ObjectId | readonly ObjectId[],
  { x = 3, label = 1, ...rest }: Partial<AddInputsOptions> & { x?: number; label?: number } = {},
): void {
  const ids = Array.isArray(objectIds) ? objectIds : [objectIds];
  processor.addInputsToInferenceSession(session, {
    frameIndex,
    objectIds,
    inputPoints: [ids.map((_, i) => [[x + i, 5]])],
    inputLabels: [ids.map(() => [label])],
    ...rest,
  });
}

/** All outputs of a run, as plain data that can be compared. */
export async function collect(outputs: AsyncIterable<Sam2VideoSegmentationOutput>) {
  const all: ReturnType<typeof plain>[] = [];
  for await (const output of outputs) all.push(plain(output));
  return all;
}

export function plain({ frameIndex, objectIds, present, predMasks }: Sam2VideoSegmentationOutput) {
  return { frame: frameIndex, ids: [...objectIds], present: [...present], logits: [...predMasks.data] };
}
