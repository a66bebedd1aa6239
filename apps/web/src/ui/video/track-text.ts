import { doubtfulFrames } from "../../domain/lanes.js";
import { open, run } from "../../state/video/tracker.js";
import { currentTracks, video } from "../../state/video/tracks.js";
import { percent } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";

/** How far an object is tracked: `tracked, 1 doubtful frame`, `tracking, 70 %`. */
export function trackText(objectId: string): string {
  const text = words().track;
  if (video.value?.video.kind === "camera") return text.live;
  const count = video.value?.video.times.length ?? 0;
  const track = currentTracks.value.get(objectId);
  if (!track || count === 0) return "";
  const current = track.frames.filter((found) => found && !found.isOld).length;
  const isRunning = run.value !== null && open.value.some(({ objectIds }) => objectIds.includes(objectId));
  if (isRunning) return fill(text.share, { share: percent(current / count) });
  if (track.frames.some((found) => found?.isOld)) return text.old;
  if (current < count) return current <= 1 ? text.notYet : fill(text.partly, { done: current, total: count });
  const doubts = doubtfulFrames(track).length;
  return doubts === 0
    ? text.tracked
    : fill(text.trackedDoubts, { doubts: fill(words().count.doubts, { count: doubts }) });
}
