import type { TensorLike } from "@sam2js/core";
import type { VideoStep } from "@sam2js/reference";
import { relativeError } from "@sam2js/reference/closeness";
import { createWebRuntime } from "@sam2js/runtime-web";
import { AutoVideoModel, Sam2VideoProcessor, type Sam2VideoSegmentationOutput } from "@sam2js/video";
import { fetchTensor } from "./fetch-tensor.js";
import type { ServedTensor } from "./parity-case.js";
import type { ModelAt, PlainOptions } from "./plain-options.js";

type AddStep = Extract<VideoStep, { op: "add" }>;

/** As in the fixture, with masks that the page can fetch. */
export type PlayedStep =
  | (Omit<AddStep, "masks"> & { readonly masks?: readonly ServedTensor[] })
  | Exclude<VideoStep, AddStep>;

/** A scenario of a video fixture, as it is handed to the page. */
export interface PlayedScenario {
  readonly name: string;
  /** Frames of the video; 0: a stream. */
  readonly length: number;
  readonly steps: readonly PlayedStep[];
  /** Logits of the reference, by step and frame. */
  readonly expected: Readonly<Record<string, ServedTensor>>;
}

/** Scenarios of one model. */
export interface PlayedVideo {
  readonly model: ModelAt;
  /** uint8 [frames, height, width, 3]. */
  readonly frames: ServedTensor;
  readonly scenarios: readonly PlayedScenario[];
}

/** Tracks in the browser. Gives how far the logits are from the reference's, over their range, by scenario, step and frame. */
export async function playVideo(
  { model: at, frames: served, scenarios }: PlayedVideo,
  options: PlainOptions,
): Promise<Record<string, number>> {
  const runtime = createWebRuntime({ ...options, logLevel: "error" });
  try {
    const model = await AutoVideoModel.fromPretrained(at, { runtime, onWarning: () => undefined });
    const processor = await Sam2VideoProcessor.fromPretrained(at, { runtime });
    const images = toImages(await fetchTensor(served));
    const differences: Record<string, number> = {};
    for (const { name, length, steps, expected } of scenarios) {
      const video = length > 0 ? images.slice(0, length) : undefined;
      const session = processor.initVideoSession({ video });
      for (const [index, step] of steps.entries()) {
        for await (const { frameIndex, predMasks } of play(step)) {
          const wanted = expected[`${index}/${frameIndex}`];
          // The reference's have no axis for the one mask of an object.
          if (!wanted) continue;
          const { data } = await fetchTensor(wanted);
          differences[`${name} ${index}/${frameIndex}`] = relativeError(predMasks, {
            data,
            dims: predMasks.dims,
          });
        }
      }
      await session.dispose();

      async function* play(step: PlayedStep): AsyncGenerator<Sam2VideoSegmentationOutput> {
        if (step.op === "add") {
          const { points, labels, boxes, masks } = step;
          processor.addInputsToInferenceSession(session, {
            frameIndex: step.frame,
            objectIds: step.ids,
            ...(points && labels && { inputPoints: [points], inputLabels: [labels] }),
            ...(boxes && { inputBoxes: [boxes] }),
            ...(masks && { inputMasks: await Promise.all(masks.map(fetchTensor)) }),
            clearOldInputs: step.clear ?? true,
          });
        } else if (step.op === "forward") yield model.forward(session, { frameIndex: step.frame });
        else if (step.op === "stream") yield model.forward(session, { frame: images[step.frame] });
        else {
          yield* model.propagateInVideoIterator(session, {
            startFrameIndex: step.start ?? undefined,
            maxFrameNumToTrack: step.count ?? undefined,
            reverse: step.reverse,
          });
        }
      }
    }
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
