import { type Dtype, ImageError, InputError, ShapeError } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import type { Sam2VideoInferenceSession, Sam2VideoSegmentationOutput } from "@sam2js/video";
import type { ConsoleIo } from "../io/console-io.js";
import { digestOf } from "../io/digest.js";
import { loadMask } from "../io/load-mask.js";
import { createProgress } from "../io/progress.js";
import { identityOf } from "../model/identity-of.js";
import type { TrackFrames } from "./frames.js";
import type { TrackPrompt } from "./parse-track-prompt.js";
import { remaining, runPass, type TrackDirections, trackPasses } from "./track-passes.js";
import { changedContent, type FoundMasks, loadState, saveState, type TrackState } from "./track-state.js";
import type { LoadedVideoModel } from "./with-video-model.js";

export interface RunTrackOptions extends TrackDirections {
  readonly maxHoleArea: number;
  readonly maxSprinkleArea: number;
  /** Numbers that the model computes in; a run is not gone on with in others. */
  readonly dtype?: Dtype | undefined;
  /** The one label of mask files that is meant. */
  readonly maskLabel?: number | undefined;
  /** The file or folder that the video is read from. */
  readonly source: string;
  /** Where the state of the run is kept, for `resume`. */
  readonly out: string;
  /** Go on where an interrupted run of the same prompts and options stopped. */
  readonly resume?: boolean | undefined;
}

/** Where the objects of a video are. */
export interface Tracks {
  /** Names, in the order of their first prompts. */
  readonly objects: readonly string[];
  readonly prompts: readonly TrackPrompt[];
  /** Computed frames, ascending. */
  readonly frames: readonly number[];
  /** Masks of a frame by object; their `objectScore` is how sure the model is that the object is seen. */
  masks(frame: number): ReadonlyMap<string, Mask>;
  /** Of following alone, in frames per second; 0 where nothing was left to do. */
  readonly speed: number;
}

/** So often the state is written while frames are computed, in milliseconds: what a power cut can take. */
const SAVE_EVERY_MS = 60_000;

/**
 * Follows the prompted objects through a video. The state of the run lies in the output folder from the first interruption, failure or end of it
 * on, and now and then before; the caller takes it away when the results are written.
 */
export async function runTrack(
  loaded: LoadedVideoModel,
  video: TrackFrames,
  prompts: readonly TrackPrompt[],
  options: RunTrackOptions,
  io: ConsoleIo,
): Promise<Tracks> {
  const { signal } = io;
  const { out } = options;
  checkFrames(prompts, video, options);
  const request = describeRequest(video, prompts, options);
  let content: Promise<TrackState["content"]> | undefined;
  const readContent = () => {
    content ??= contentOf(options.source, loaded, prompts);
    return content;
  };
  const state = options.resume
    ? await loadMatchingState(video.stem, request, out, readContent, io)
    : undefined;
  const session = state
    ? await loaded.model.restoreSession(state.session, { video })
    : await promptedSession(loaded, video, prompts, options.maskLabel, signal);
  const found: FoundMasks = state?.found ?? new Map();
  const passes = trackPasses(
    prompts.map(({ frame }) => frame),
    video.length,
    options,
  );
  const total = passes.reduce((sum, { count }) => sum + count, 0);
  let done = state?.done ?? 0;
  const save = async () =>
    saveState(out, video.stem, {
      request,
      content: await readContent(),
      done,
      found,
      session: await session.serialize(),
    });
  const before = done;
  const started = performance.now();
  let saved = started;
  const progress = createProgress(io, video.stem, { rate: "frames per second" });
  try {
    for (const pass of remaining(passes, done)) {
      let isRepeated = pass.repeatsStart;
      for await (const output of runPass(loaded.model, session, pass, signal)) {
        if (!isRepeated) found.set(output.frameIndex, masksOf(output, options));
        isRepeated = false;
        done += 1;
        progress.onProgress({ phase: "track", done, total, unit: "steps" });
        if (performance.now() - saved < SAVE_EVERY_MS) continue;
        await save();
        saved = performance.now();
      }
    }
    const speed = (1000 * (done - before)) / (performance.now() - started);
    await save();
    return {
      objects: [...new Set(prompts.map(({ object }) => object))],
      prompts,
      frames: framesOf(found),
      masks: (frame) => found.get(frame) ?? new Map<string, Mask>(),
      speed,
    };
  } catch (error) {
    progress.stop();
    if (done > before || state) {
      // What was saved before stays where this cannot be: the error that ended the run is the one to tell.
      const isSaved = await save().then(
        () => true,
        () => false,
      );
      const isUnreadable = ImageError.isInstance(error) || ShapeError.isInstance(error);
      const frames = framesOf(found);
      const part = remaining(passes, done)[0]?.reverse ? `--from ${frames[0]}` : `--to ${frames.at(-1)}`;
      const next = isUnreadable
        ? `for results of what can be read: ${part}`
        : "the same command with --resume goes on from there";
      if (isSaved) io.note(`${done} of ${total} frames are done; ${next}`);
    }
    throw error;
  } finally {
    progress.stop();
    await session.dispose();
  }
}

/** Frames with results, ascending. */
function framesOf(found: FoundMasks): number[] {
  return [...found.keys()].sort((a, b) => a - b);
}

/** The state of an interrupted run of the same request on the same content; said in words where there is none. */
async function loadMatchingState(
  stem: string,
  request: string,
  out: string,
  readContent: () => Promise<TrackState["content"]>,
  io: ConsoleIo,
): Promise<TrackState | undefined> {
  const state = await loadState(out, stem, request);
  const changed = state ? changedContent(state.content, await readContent()) : ["nothing to go on with"];
  if (state && changed.length === 0) return state;
  const why = state
    ? `${changed.join(" and ")} changed since the interrupted run`
    : `${changed[0]} in ${out}`;
  io.note(`--resume: ${why}; beginning at the start`);
  return undefined;
}

/** What a run works on, so that another video, model or mask of the same name and size is not taken for it. */
async function contentOf(
  source: string,
  loaded: LoadedVideoModel,
  prompts: readonly TrackPrompt[],
): Promise<TrackState["content"]> {
  const content: Record<string, string> = {
    "the video": await digestOf(source),
    "the model": identityOf(loaded),
  };
  for (const { mask } of prompts) if (mask) content[`the mask ${mask}`] = await digestOf(mask);
  return content;
}

function masksOf(
  output: Sam2VideoSegmentationOutput,
  { maxHoleArea, maxSprinkleArea }: RunTrackOptions,
): Map<string, Mask> {
  const masks = output.toMasks({ maxHoleArea, maxSprinkleArea });
  return new Map(output.objectIds.map((id, index) => [String(id), masks[index] as Mask]));
}

/** All that the masks depend on beside the model, as JSON. */
function describeRequest(
  { stem, length, size }: TrackFrames,
  prompts: readonly TrackPrompt[],
  {
    both = false,
    reverse = false,
    maxFrames,
    from,
    to,
    maxHoleArea,
    maxSprinkleArea,
    dtype,
    maskLabel,
  }: RunTrackOptions,
): string {
  const directions = { both, reverse, maxFrames: maxFrames ?? null };
  return JSON.stringify({
    video: { stem, length, size },
    prompts,
    ...directions,
    from,
    to,
    maxHoleArea,
    maxSprinkleArea,
    dtype,
    maskLabel,
  });
}

function checkFrames(
  prompts: readonly TrackPrompt[],
  { length }: TrackFrames,
  { from = 0, to = length - 1 }: TrackDirections,
): void {
  if (to >= length || from > to)
    throw new InputError(
      `--from ${from}, --to ${to}: expected a part of frames 0 to ${length - 1}, since the video has ${length}`,
      { from, to, length },
    );
  for (const { frame, object } of prompts) {
    if (frame >= from && frame <= to) continue;
    const why = from === 0 && to === length - 1 ? `the video has ${length}` : "only that part is followed";
    throw new InputError(
      `frame ${frame}: expected a frame from ${from} to ${to} for object "${object}", since ${why}`,
      { frame },
    );
  }
}

async function promptedSession(
  { processor, runtime }: LoadedVideoModel,
  video: TrackFrames,
  prompts: readonly TrackPrompt[],
  label: number | undefined,
  signal: AbortSignal,
): Promise<Sam2VideoInferenceSession> {
  const session = processor.initVideoSession({ video });
  for (const { frame: frameIndex, object: objectIds, points, labels, box, mask } of prompts) {
    processor.addInputsToInferenceSession(session, {
      frameIndex,
      objectIds,
      ...(points.length > 0 && {
        inputPoints: [[points.map((point) => [...point])]],
        inputLabels: [[[...labels]]],
      }),
      ...(box && { inputBoxes: [[[...box]]] }),
      ...(mask && { inputMasks: (await loadMask(mask, { label, runtime, signal })).mask }),
    });
  }
  return session;
}
