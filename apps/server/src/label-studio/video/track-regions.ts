import { InputError } from "@sam2js/core";
import type { MaskBox } from "@sam2js/masks";
import type { Sam2VideoInferenceSession } from "@sam2js/video";
import type { LoadedVideoModel } from "../../engine/load-model.js";
import { fileFrames } from "../../videos/open-frames.js";
import type { MediaTag } from "../config/label-config.js";
import { type Job, locateMedia } from "../job.js";
import { boxOf } from "../regions/read-prompts.js";
import type { Region } from "../regions/region.js";
import type { Task } from "../schemas.js";
import { EditorClock } from "./editor-clock.js";
import { type Keyframe, readTrack, type Track, trackedKeyframe } from "./sequence.js";

/** An answer is begun after this share of its time, whatever was tracked by then: the rest is tracked when it is asked for again. */
const TRACKING_SHARE = 0.8;

interface TrackedRegion extends Track {
  readonly region: Region;
  /** All boxes, in order. */
  readonly sequence: Keyframe[];
}

/**
 * Follows the boxes of `VideoRectangle` regions through their video, from the last box that the user drew to the end, or as far as the time reaches: then the next
 * request goes on. Where an object is not seen, its box is hidden.
 *
 * @returns  the regions with a box on each frame
 * @throws {InputError} a region has no box  @throws {UnsupportedError} the server reads no video files, or the model no videos
 */
export async function trackRegions(
  job: Job,
  task: Task,
  tag: MediaTag,
  regions: readonly Region[],
): Promise<Region[]> {
  const { services, engine, signal, media } = job;
  const until = performance.now() + TRACKING_SHARE * services.limits.maxRequestMs;
  const tracks = regions.map((region): TrackedRegion => {
    const track = readTrack(region);
    if (track) return { ...track, region, sequence: [...track.kept] };
    throw InputError.expected("context.result", "regions with boxes", `${region.type} without any`);
  });
  services.queues.jobs.assertRoom();
  const bytes = await media.read(locateMedia(job, task, tag), services.limits.maxVideoBytes);
  const frames = await fileFrames(bytes, services.openVideo, services.limits, signal);
  try {
    const lengths = tracks.map(({ region }) => Number(region.value?.framesCount) || 0);
    const clock = new EditorClock(frames, frameRateOf(tag, task), Math.max(0, ...lengths));
    const open = tracks.filter(({ last }) => last.frame < clock.length);
    if (open.length > 0) {
      const loaded = await engine.loadVideo(signal);
      const session = loaded.processor.initVideoSession({ video: frames });
      try {
        prompt(session, loaded, open, clock, frames.size);
        await follow(job, session, loaded, open, clock, until);
      } finally {
        await session.dispose();
      }
    }
    return tracks.map(({ region, sequence }) => ({
      ...region,
      value: { ...region.value, framesCount: clock.length, sequence },
    }));
  } finally {
    await frames.close();
  }
}

/** The frames per second of the configuration, or of the task where the configuration says so. */
function frameRateOf({ frameRate }: MediaTag, { data }: Task): number {
  const rate = Number(frameRate.startsWith("$") ? data[frameRate.slice(1)] : frameRate);
  if (!(rate > 0)) return 24;
  return rate < 1 ? 1 / rate : rate; // the editor takes 0.04 for 25
}

function prompt(
  session: Sam2VideoInferenceSession,
  { processor }: LoadedVideoModel,
  tracks: readonly TrackedRegion[],
  clock: EditorClock,
  size: readonly [number, number],
): void {
  for (const [id, { prompts, last }] of tracks.entries()) {
    for (const keyframe of new Set([...prompts, last])) {
      const box = boxOf({ type: "rectangle", value: { ...keyframe } }, size);
      if (!box) continue;
      const frameIndex = clock.indexOf(keyframe.frame);
      processor.addInputsToInferenceSession(session, {
        frameIndex,
        objectIds: [id],
        inputBoxes: [[[...box]]],
      });
    }
  }
}

async function follow(
  { services, signal }: Job,
  session: Sam2VideoInferenceSession,
  { model }: LoadedVideoModel,
  tracks: readonly TrackedRegion[],
  clock: EditorClock,
  until: number,
): Promise<void> {
  let frame = Math.min(...tracks.map(({ last }) => last.frame));
  const outputs = model.propagateInVideoIterator(session, { startFrameIndex: clock.indexOf(frame), signal });
  while (performance.now() < until) {
    // The place is given back after each step, so that other requests' steps come in between.
    const { value, done } = await services.queues.jobs.run(() => outputs.next(), signal, true);
    if (done || !value) break;
    const boxes = new Map<unknown, readonly [number, number, number, number] | undefined>();
    for (const [index, mask] of value.toMasks().entries()) {
      const isSeen = value.present[index] === true && mask.area > 0;
      boxes.set(value.objectIds[index], isSeen ? toPercent(mask.box, mask.size) : undefined);
    }
    for (; frame <= clock.length && clock.indexOf(frame) <= value.frameIndex; frame++) {
      for (const [id, track] of tracks.entries()) {
        if (frame > track.last.frame && boxes.has(id)) add(track, frame, boxes.get(id));
      }
    }
  }
  await outputs.return?.(undefined);
}

/** Adds a box, or hides the one before where there is none. */
function add(
  { sequence, origin }: TrackedRegion,
  frame: number,
  box: readonly [number, number, number, number] | undefined,
): void {
  if (box) sequence.push(trackedKeyframe(frame, box, origin));
  else sequence.push({ ...(sequence.pop() as Keyframe), enabled: false });
}

function toPercent(
  [x0, y0, x1, y1]: MaskBox,
  [height, width]: readonly [number, number],
): readonly [number, number, number, number] {
  const [w, h] = [x1 + 1 - x0, y1 + 1 - y0];
  return [(100 * x0) / width, (100 * y0) / height, (100 * w) / width, (100 * h) / height];
}
