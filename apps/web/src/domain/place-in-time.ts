import { frameAt } from "./frame-at.js";

/** A place in a video as somebody typed it. */
export type PlaceInTime =
  /** From 0. */
  | { readonly kind: "frame"; readonly index: number }
  /** From the first frame. */
  | { readonly kind: "time"; readonly seconds: number };

const ARABIC_ZERO = 0x660;
/** Hours and minutes may be left out; without a colon, a time has a point or an "s". */
const TIME = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)$/;

/**
 * Reads a frame's number as the timeline shows it, from 1 on (`#120`, `120`), or a time (`1:23.4`, `0:01:23`, `83.4`, `12s`). A decimal comma and
 * Arabic digits are read too.
 *
 * @returns null where it is neither
 */
export function parsePlace(typed: string): PlaceInTime | null {
  const text = typed
    .trim()
    .toLowerCase()
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - ARABIC_ZERO))
    .replace(/[,٫]/g, ".");
  const frame = /^#?\s*(\d+)$/.exec(text)?.[1];
  if (frame) return { kind: "frame", index: Math.max(0, Number(frame) - 1) };
  const [, hours = "0", minutes = "0", seconds] = TIME.exec(text.replace(/\s*s$/, "")) ?? [];
  if (seconds === undefined) return null;
  return { kind: "time", seconds: 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds) };
}

/** Times are shown in hundredths of a second: what was read off the screen means its frame. */
const HALF_HUNDREDTH = 0.00501;

/** The frame that is shown there; the last one where the place lies behind the end. @param times  of frames, in seconds */
export function frameOf(place: PlaceInTime, times: Float64Array): number {
  if (place.kind === "frame") return Math.min(place.index, times.length - 1);
  return frameAt(times, place.seconds + HALF_HUNDREDTH);
}

/** The last frame of a part that ends there: a frame with its number belongs to it, one that begins at the time does not. */
export function lastFrameOf(place: PlaceInTime, times: Float64Array): number {
  const frame = frameOf(place, times);
  if (place.kind === "frame") return frame;
  const begins = (times[frame] ?? 0) > place.seconds - HALF_HUNDREDTH;
  return Math.max(0, begins ? frame - 1 : frame);
}
