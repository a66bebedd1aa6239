import type { BatchEntry } from "@sam2js/batch";
import { describeValue, InputError } from "@sam2js/core";
import { parseObject } from "../prompts/json-prompts.js";
import type { TrackPrompt } from "../track/parse-track-prompt.js";

/**
 * The prompts of a video in a manifest: objects as in `--prompts`, each with the `frame` that it is for, 0 without one.
 *
 * @throws {InputError} none, one that cannot be read, or a second one for an object on the same frame, which would take the place of the first
 */
export function videoPrompts({ name, objects = [] }: BatchEntry): TrackPrompt[] {
  if (objects.length === 0) {
    const next = 'for example "objects": [{"frame": 0, "points": [[500, 375]]}]';
    throw InputError.expected(name, "prompts for this video", "none", next);
  }
  const prompts = objects.map((each, index): TrackPrompt => {
    const { frame = 0, ...rest } = (each ?? {}) as { frame?: unknown };
    const where = `${name}: objects[${index}]`;
    if (!Number.isSafeInteger(frame) || (frame as number) < 0) {
      throw InputError.expected(`${where}.frame`, "a whole number from 0 on", describeValue(frame));
    }
    const { id, points, labels, box, mask } = parseObject(rest, where, "1", ".");
    return { frame: frame as number, object: id, points, labels, ...(box && { box }), ...(mask && { mask }) };
  });
  const seen = new Set<string>();
  for (const [index, { frame, object }] of prompts.entries()) {
    const key = JSON.stringify([frame, object]);
    if (seen.has(key)) {
      const next = 'give each object its own "id"; several points of one object stand together in "points"';
      const got = `a second one for object "${object}" on frame ${frame}`;
      throw InputError.expected(`${name}: objects[${index}]`, "one for each object and frame", got, next);
    }
    seen.add(key);
  }
  return prompts.sort((a, b) => a.frame - b.frame);
}
