import { createHash } from "node:crypto";
import { isJsonObject } from "@sam2js/core";
import { numberOf, type Region } from "../regions/region.js";

/** A box in percent of the video. */
export interface Keyframe {
  /** From 1, as the editor counts. */
  readonly frame: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** In degrees, clockwise, around the box's first corner. */
  readonly rotation: number;
  /** Whether the box is shown from here on. */
  readonly enabled: boolean;
  /**
   * Of those that were tracked: the prompts that they were tracked from, and where they were put. The editor keeps it, and moves the box without it: so what a user
   * changed is told from what was tracked, and what was tracked from older prompts is known.
   */
  readonly tracked?: string | undefined;
}

/** What is to be tracked of a region. */
export interface Track {
  /** A user's boxes, in order. One at least. */
  readonly prompts: readonly Keyframe[];
  /** All that stays, in order: boxes of the user, and those that were tracked and still hold. */
  readonly kept: readonly Keyframe[];
  /** Tracking goes on behind this one. */
  readonly last: Keyframe;
  /** Names the prompts: {@link Keyframe.tracked} begins with it. */
  readonly origin: string;
}

/**
 * Reads the boxes of a `VideoRectangle` region, of which some may be a user's and some tracked before.
 *
 * What was tracked behind the user's last box is dropped, unless it was tracked from the same boxes: then tracking goes on behind it.
 *
 * @returns  undefined where it has none
 */
export function readTrack({ value }: Region): Track | undefined {
  const sequence = Array.isArray(value?.sequence) ? (value.sequence as unknown[]) : [];
  const frames = sequence.flatMap((each) => (isJsonObject(each) ? [readKeyframe(each)] : []));
  frames.sort((a, b) => a.frame - b.frame);
  const drawn = frames.filter((each) => !isTracked(each));
  const prompts = drawn.length > 0 ? drawn : frames.slice(0, 1);
  const newest = prompts[prompts.length - 1];
  if (!newest) return undefined;
  const places = prompts.map(({ frame, ...box }) => `${frame}:${placeOf(box)}`).join();
  const origin = createHash("sha256").update(places).digest("hex").slice(0, 8);
  const kept = frames.filter(
    (each) => each.frame <= newest.frame || (isTracked(each) && each.tracked?.startsWith(`${origin} `)),
  );
  return { prompts, kept, last: kept[kept.length - 1] ?? newest, origin };
}

/** A box that was tracked. @param box  x, y, width, height in percent */
export function trackedKeyframe(
  frame: number,
  [x, y, width, height]: readonly [number, number, number, number],
  origin: string,
): Keyframe {
  const box = { x, y, width, height, rotation: 0 };
  return { frame, enabled: true, ...box, tracked: `${origin} ${placeOf(box)}` };
}

function readKeyframe(value: Readonly<Record<string, unknown>>): Keyframe {
  const { enabled, tracked } = value;
  return {
    frame: Math.max(1, Math.round(numberOf(value, "frame"))),
    x: numberOf(value, "x"),
    y: numberOf(value, "y"),
    width: numberOf(value, "width"),
    height: numberOf(value, "height"),
    rotation: numberOf(value, "rotation"),
    enabled: enabled !== false,
    ...(typeof tracked === "string" && { tracked }),
  };
}

function isTracked(keyframe: Keyframe): boolean {
  return keyframe.tracked?.split(" ")[1] === placeOf(keyframe);
}

/** Where a box is, as text: the editor's arithmetic may change the last digits. */
function placeOf({ x, y, width, height, rotation }: Omit<Keyframe, "frame" | "enabled">): string {
  return [x, y, width, height, rotation].map((value) => value.toFixed(4)).join("_");
}
