import type {
  Sam2VideoInferenceSession,
  Sam2VideoSegmentationOutput,
  VideoSegmentationModel,
} from "@sam2js/video";

/** Frames one after the other in one direction. */
export interface TrackPass {
  readonly start: number;
  /** Frames, the start among them. */
  readonly count: number;
  readonly reverse: boolean;
  /** Whether the start was shown by a pass before: it is computed for what comes after it. */
  readonly repeatsStart: boolean;
}

export interface TrackDirections {
  /** Forwards, then backwards. */
  readonly both?: boolean | undefined;
  /** Backwards only. */
  readonly reverse?: boolean | undefined;
  /** How many frames after the start. */
  readonly maxFrames?: number | undefined;
  /** The first frame of the part that is followed; default 0. */
  readonly from?: number | undefined;
  /** The last frame of it; default the last of the video. */
  readonly to?: number | undefined;
}

/**
 * The passes over a video, or a part of it: forwards from the earliest prompt, backwards from the latest, or both ways from the earliest.
 *
 * @param prompted  frames with prompts, at least one, all in the part   @param length  frames of the video
 */
export function trackPasses(
  prompted: readonly number[],
  length: number,
  {
    both = false,
    reverse = false,
    maxFrames = Number.POSITIVE_INFINITY,
    from = 0,
    to = length - 1,
  }: TrackDirections,
): TrackPass[] {
  const start = reverse ? Math.max(...prompted) : Math.min(...prompted);
  const forwards = { start, count: Math.min(maxFrames, to - start) + 1, reverse: false };
  const backwards = { start, count: Math.min(maxFrames, start - from) + 1, reverse: true };
  if (reverse) return [{ ...backwards, repeatsStart: false }];
  const passes = [{ ...forwards, repeatsStart: false }];
  return both && start > from ? [...passes, { ...backwards, repeatsStart: true }] : passes;
}

/** What is left of passes after some frames of theirs. */
export function remaining(passes: readonly TrackPass[], done: number): TrackPass[] {
  let left = done;
  return passes.flatMap((pass) => {
    const skipped = Math.min(left, pass.count);
    left -= skipped;
    if (skipped === pass.count) return [];
    const start = pass.start + (pass.reverse ? -skipped : skipped);
    return [
      { ...pass, start, count: pass.count - skipped, repeatsStart: pass.repeatsStart && skipped === 0 },
    ];
  });
}

/** Goes over the frames of a pass. */
export async function* runPass(
  model: VideoSegmentationModel,
  session: Sam2VideoInferenceSession,
  { start, count, reverse }: TrackPass,
  signal: AbortSignal,
): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
  if (reverse && start === 0) {
    // Propagating backwards from there gives nothing, as in the reference.
    yield await model.forward(session, { frameIndex: 0, reverse, signal });
    return;
  }
  const range = { startFrameIndex: start, maxFrameNumToTrack: count - 1 };
  yield* model.propagateInVideoIterator(session, { ...range, reverse, signal });
}
