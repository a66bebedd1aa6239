import type { TensorLike } from "@sam2js/core";
import type { VideoStep } from "@sam2js/reference";
import { relativeError } from "@sam2js/reference/closeness";
import { createWebRuntime } from "@sam2js/runtime-web";
import { AutoVideoModel, Sam2VideoProcessor, type Sam2VideoSegmentationOutput } from "@sam2js/video";
import { fetchTensor } from "./fetch-tensor.js";
import type { ModelAt, PlainOptions } from "./page.js";
import type { ServedTensor } from "./parity-case.js";

type AddStep = Extract<VideoStep, { op: "add" }>;

/** As in the fixture, with masks that the page can fetch. */
export type PlayedStep =
  | (Omit<AddStep, "masks" | "boxes" | "clear"> & { readonly masks?: readonly ServedTensor[] })
  | Extract<VideoStep, { op: "forward" }>
  | { readonly op: "propagate"; readonly count: number | undefined };

/** A scenario of a video fixture, as it is handed to the page. */
export interface PlayedVideo {
  readonly model: ModelAt;
  /** uint8 [frames, height, width, 3]. */
  readonly frames: ServedTensor;
  readonly steps: readonly PlayedStep[];
  /** Logits of the reference, by step and frame. */
  readonly expected: Readonly<Record<string, ServedTensor>>;
}

/** Tracks in the browser. Gives how far the logits of each frame are from the reference's, over their range. */
export async function playVideo(
  { model: at, frames: served, steps, expected }: PlayedVideo,
  options: PlainOptions,
): Promise<Record<string, number>> {
  const runtime = createWebRuntime({ ...options, logLevel: "error" });
  try {
    const model = await AutoVideoModel.fromPretrained(at, { runtime, onWarning: () => undefined });
    const processor = await Sam2VideoProcessor.fromPretrained(at, { runtime });
    const session = processor.initVideoSession({ video: toImages(await fetchTensor(served)) });
    const differences: Record<string, number> = {};
    const note = async (step: number, { frameIndex, predMasks }: Sam2VideoSegmentationOutput) => {
      const key = `${step}/${frameIndex}`;
      const wanted = expected[key];
      // The reference's have no axis for the one mask of an object.
      if (wanted)
        differences[key] = relativeError(predMasks, { ...(await fetchTensor(wanted)), dims: predMasks.dims });
    };
    for (const [index, step] of steps.entries()) {
      if (step.op === "add") {
        const { points, labels, masks } = step;
        processor.addInputsToInferenceSession(session, {
          frameIndex: step.frame,
          objectIds: step.ids,
          ...(points && labels && { inputPoints: [points], inputLabels: [labels] }),
          ...(masks && { inputMasks: await Promise.all(masks.map(fetchTensor)) }),
        });
      } else if (step.op === "forward") {
        await note(index, await model.forward(session, { frameIndex: step.frame }));
      } else {
        const range = { maxFrameNumToTrack: step.count };
        for await (const output of model.propagateInVideoIterator(session, range)) await note(index, output);
      }
    }
    await session.dispose();
    return differences;
  } finally {
    await runtime.dispose();
  }
}

function toImages({ data, dims }: TensorLike) {
  const [count = 0, height = 0, width = 0] = dims;
  const size = 3 * height * width;
  const slice = (index: number) => (data as Uint8Array).slice(index * size, (index + 1) * size);
  return Array.from({ length: count }, (_, i) => ({ data: slice(i), width, height, channels: 3 as const }));
}
