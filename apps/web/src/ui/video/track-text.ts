import { doubtfulFrames } from "../../domain/lanes.js";
import { open, run } from "../../state/video/tracker.js";
import { currentTracks, video } from "../../state/video/tracks.js";
import { countText } from "../count-text.js";

/** How far an object is tracked: `tracked, 1 doubtful frame`, `tracking, 70 %`. */
export function trackText(objectId: string): string {
  if (video.value?.video.kind === "camera") return "followed live";
  const count = video.value?.video.times.length ?? 0;
  const track = currentTracks.value.get(objectId);
  if (!track || count === 0) return "";
  const current = track.frames.filter((found) => found && !found.isOld).length;
  const isRunning = run.value !== null && open.value.some(({ objectIds }) => objectIds.includes(objectId));
  if (isRunning) return `tracking, ${Math.floor((100 * current) / count)} %`;
  if (track.frames.some((found) => found?.isOld)) return "to be tracked again";
  if (current < count) return current <= 1 ? "not tracked yet" : `tracked on ${current} of ${count} frames`;
  const doubts = doubtfulFrames(track).length;
  return doubts === 0 ? "tracked" : `tracked, ${countText(doubts, "doubtful frame")}`;
}
