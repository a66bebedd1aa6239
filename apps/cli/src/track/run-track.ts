import { InputError } from "@sam2js/core";
import { Mask, rleFromBitmap } from "@sam2js/processor";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import type { TrackFrames } from "./frames.js";
import type { TrackPrompt } from "./parse-track-prompt.js";
import type { LoadedVideoModel } from "./with-video-model.js";

export interface RunTrackOptions {
  /** Backwards too, to the first frame. */
  readonly both?: boolean | undefined;
  /** Backwards only. */
  readonly reverse?: boolean | undefined;
  /** How many frames after the first. */
  readonly maxFrames?: number | undefined;
  readonly maxHoleArea: number;
  readonly maxSprinkleArea: number;
}

/** Where the objects of a video are. */
export interface Tracks {
  /** Names, in the order of their first prompts. */
  readonly objects: readonly string[];
  readonly prompts: readonly TrackPrompt[];
  /** Computed frames, ascending. */
  readonly frames: readonly number[];
  /** Masks of a frame by object; their `score` is the logit that the object is seen. */
  masks(frame: number): ReadonlyMap<string, Mask>;
  /** Of following alone, in frames per second. */
  readonly speed: number;
}

/** Follows the prompted objects through a video. */
export async function runTrack(
  { model, processor, runtime }: LoadedVideoModel,
  video: TrackFrames,
  prompts: readonly TrackPrompt[],
  options: RunTrackOptions,
  io: ConsoleIo,
): Promise<Tracks> {
  const { signal } = io;
  const session = processor.initVideoSession({ video });
  for (const prompt of prompts) {
    const { frame: frameIndex, object: objectIds, points, labels, box } = prompt;
    if (frameIndex >= video.length) {
      throw new InputError(
        `frame ${frameIndex}: expected a frame from 0 to ${video.length - 1} for object "${objectIds}", since the video has ${video.length}`,
        { frame: frameIndex },
      );
    }
    processor.addInputsToInferenceSession(session, {
      frameIndex,
      objectIds,
      ...(points.length > 0 && {
        inputPoints: [[points.map((point) => [...point])]],
        inputLabels: [[[...labels]]],
      }),
      ...(box && { inputBoxes: [[[...box]]] }),
      ...(prompt.mask && { inputMasks: await loadMask(prompt.mask, runtime, signal) }),
    });
  }
  const progress = createProgress(io, "frames");
  const found = new Map<number, Map<string, Mask>>();
  const run = {
    startFrameIndex: options.reverse
      ? Math.max(...session.promptedFrames)
      : Math.min(...session.promptedFrames),
    maxFrameNumToTrack: options.maxFrames,
    signal,
    onProgress: progress.onProgress,
  };
  const started = performance.now();
  try {
    const outputs = options.both
      ? model.propagateBothWays(session, run)
      : model.propagateInVideoIterator(session, { ...run, reverse: options.reverse === true });
    for await (const output of outputs) {
      const masks = output.toMasks({
        maxHoleArea: options.maxHoleArea,
        maxSprinkleArea: options.maxSprinkleArea,
      });
      found.set(
        output.frameIndex,
        new Map(output.objectIds.map((id, index) => [String(id), masks[index] as Mask])),
      );
    }
  } finally {
    progress.stop();
    await session.dispose();
  }
  return {
    objects: [...new Set(prompts.map(({ object }) => object))],
    prompts,
    frames: [...found.keys()].sort((a, b) => a - b),
    masks: (frame) => found.get(frame) ?? new Map<string, Mask>(),
    speed: (1000 * found.size) / (performance.now() - started),
  };
}

/** A picture as a mask: what is brighter than half of the brightest pixel is inside. */
async function loadMask(
  path: string,
  runtime: LoadedVideoModel["runtime"],
  signal: AbortSignal,
): Promise<Mask> {
  const { data, width, height } = await runtime.decodeImage(path, { signal });
  let brightest = 0;
  for (const value of data) brightest = Math.max(brightest, value);
  const bits = new Uint8Array(width * height);
  for (let i = 0; i < bits.length; i++) {
    const value = Math.max(data[3 * i] ?? 0, data[3 * i + 1] ?? 0, data[3 * i + 2] ?? 0);
    bits[i] = brightest > 0 && value > brightest / 2 ? 1 : 0;
  }
  return new Mask(rleFromBitmap(bits, width, height));
}
