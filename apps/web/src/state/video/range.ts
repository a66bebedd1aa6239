import { computed, signal } from "@preact/signals";
import type { FrameRange } from "../../domain/plan.js";
import { playhead } from "./playback.js";
import { video } from "./tracks.js";

/** The part between the marks, of one video; null = all of it. */
const range = signal<(FrameRange & { readonly videoId: string }) | null>(null);

/** The part between the marks of the video that is open: only that is tracked and, unless wished otherwise, exported. Null = all of it. */
export const shownRange = computed<FrameRange | null>(() =>
  range.value?.videoId === video.value?.id ? range.value : null,
);

/** All frames of the video that is open. */
export const allFrames = computed<FrameRange>(() => ({
  first: 0,
  last: Math.max(0, (video.value?.video.times.length ?? 1) - 1),
}));

/** Takes the marks away. */
export function clearRange(): void {
  range.value = null;
}

/** Marks a part, its ends in either order. */
export function setRange(from: number, to: number): void {
  const shown = video.value;
  if (!shown) return;
  const { last } = allFrames.value;
  const inside = (frame: number) => Math.min(last, Math.max(0, frame));
  const ends = [inside(Math.min(from, to)), inside(Math.max(from, to))] as const;
  const isAll = ends[0] === 0 && ends[1] === last;
  range.value = isAll ? null : { videoId: shown.id, first: ends[0], last: ends[1] };
}

/** The part begins at the playhead; a mark that is there already goes. Behind the other mark, it takes all up to the end. */
export function markIn(): void {
  const { first, last } = shownRange.value ?? allFrames.value;
  const at = playhead.value;
  if (at === first) setRange(0, last);
  else setRange(at, at > last ? allFrames.value.last : last);
}

/** The part ends with the frame at the playhead, likewise. */
export function markOut(): void {
  const { first, last } = shownRange.value ?? allFrames.value;
  const at = playhead.value;
  if (at === last) setRange(first, allFrames.value.last);
  else setRange(at < first ? 0 : first, at);
}
