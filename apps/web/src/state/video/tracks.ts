import { computed, signal } from "@preact/signals";
import { findPhoto, type ObjectDoc, type PhotoDoc } from "../../domain/document.js";
import { Track, trackKey } from "../../domain/track.js";
import type { StepAnswer } from "../../protocol/video-engine.js";
import * as session from "../session.js";

/** Tracks of earlier prompts, for undo; what did not change is shared, so one costs a pointer a frame. */
const MAX_TRACKS = 80;

const tracks = new Map<string, Track>();
/** Each object's newest track: the next one begins with what it holds. */
const newest = new Map<string, { readonly key: string; readonly asked: number; readonly track: Track }>();

/** Changes whenever a track does. */
export const tracksVersion = signal(0);

/** The video that is open, whole; undefined for a photo. */
export const video = computed(() => {
  const found = findPhoto(session.doc.value, session.photoId.value);
  return found?.video ? { ...found, video: found.video } : undefined;
});

/** The track of an object's prompts as they are now; made from the one before where there is none. */
function trackOf(object: Pick<ObjectDoc, "id" | "frames" | "asked">): Track {
  const key = trackKey(object);
  const { asked = 0 } = object;
  const before = newest.get(object.id);
  if (before?.key === key) return before.track;
  const begun = before?.asked === asked ? before.track.withPrompts(object.frames) : new Track(object.frames);
  const track = tracks.get(key) ?? begun;
  tracks.delete(key);
  tracks.set(key, track);
  newest.set(object.id, { key, asked, track });
  for (const old of [...tracks.keys()].slice(0, -MAX_TRACKS)) tracks.delete(old);
  return track;
}

/** Tracks of any video's objects. */
export function tracksOf({ objects }: PhotoDoc): ReadonlyMap<string, Track> {
  return new Map(objects.map((object) => [object.id, trackOf(object)]));
}

/** Brings back what a model found of an object on another day. */
export function restoreTrack(object: ObjectDoc, { by, frames }: Pick<Track, "by" | "frames">): void {
  tracks.set(trackKey(object), new Track(object.frames, frames, by));
  newest.delete(object.id);
  tracksVersion.value += 1;
}

/** Tracks of the open video, by object, to be read where a signal may be followed. */
export const currentTracks = computed<ReadonlyMap<string, Track>>(() => {
  void tracksVersion.value;
  return new Map((video.value?.objects ?? []).map((object) => [object.id, trackOf(object)]));
});

/** Keeps what a step found, in the tracks that it was asked for. */
export function keepAnswer({ frame, found }: StepAnswer, asked: ReadonlyMap<string, Track>): void {
  for (const { id, rle, score, area } of found) {
    const track = asked.get(id);
    if (!track) continue;
    track.frames[frame] = { rle, score, area, isOld: false };
    track.by = session.model.value?.name ?? "";
  }
  tracksVersion.value += 1;
}

/** Forgets what was found on earlier frames, but for prompted ones: a camera runs for ever. */
export function forgetBefore(frame: number): void {
  for (const { frames, prompts } of currentTracks.value.values()) {
    for (const key in frames) if (Number(key) < frame && !prompts[Number(key)]) delete frames[key];
  }
}
