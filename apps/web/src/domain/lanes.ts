import type { Track } from "./track.js";

/** How a stretch of a lane looks. */
export type LaneKind = "present" | "hidden" | "old" | "missing";

export interface LanePart {
  readonly kind: LaneKind;
  /** First frame and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

/** Scores nearer to 0 than this are worth a look. */
const DOUBTFUL_SCORE = 1;
/** So are areas that change by more than this share from one frame to the next. */
const AREA_JUMP = 0.4;
/** Marks closer than this are one. */
const MARK_GAP = 6;

export function laneParts(track: Track | undefined, count: number): LanePart[] {
  const parts: LanePart[] = [];
  let from = 0;
  let kind = kindOf(track, 0);
  for (let frame = 1; frame <= count; frame++) {
    const next = frame < count ? kindOf(track, frame) : undefined;
    if (next === kind) continue;
    parts.push({ kind, from, to: frame });
    from = frame;
    kind = next ?? "missing";
  }
  return parts;
}

/** Frames that are worth a look: the first of each stretch where the score is near 0 or the area jumps. */
export function doubtfulFrames(track: Track | undefined): number[] {
  const marks: number[] = [];
  let last = -MARK_GAP;
  track?.frames.forEach((found, frame) => {
    if (!found || found.isOld || track.prompts[frame]) return;
    const before = track.frames[frame - 1];
    const isSeen = found.score > 0 && found.area > 0;
    const jumps =
      isSeen &&
      before !== undefined &&
      before.score > 0 &&
      Math.abs(found.area - before.area) > AREA_JUMP * Math.max(found.area, before.area);
    if (!jumps && Math.abs(found.score) >= DOUBTFUL_SCORE) return;
    if (frame - last >= MARK_GAP) marks.push(frame);
    last = frame;
  });
  return marks;
}

function kindOf(track: Track | undefined, frame: number): LaneKind {
  const found = track?.frames[frame];
  if (!found) return "missing";
  if (found.isOld) return "old";
  return found.score > 0 && found.area > 0 ? "present" : "hidden";
}
