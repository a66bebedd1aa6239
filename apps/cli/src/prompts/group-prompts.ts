import { InputError } from "@sam2js/core";
import { parseBox, parseMask, parsePoint } from "./parse-prompt.js";
import type { PromptObject } from "./prompt-object.js";

interface Draft {
  points: (readonly [number, number])[];
  labels: number[];
  box?: readonly [number, number, number, number];
  mask?: string;
}

/** A prompt as the command line has it. */
export interface GivenPrompt {
  readonly kind: "point" | "box" | "mask";
  readonly text: string;
}

/**
 * Gathers the prompts of a command line by object, in the order in which objects first appear. Points without an object belong to object 1;
 * boxes and masks without one go to objects 1, 2, 3, …, since an object has one of each.
 *
 * @throws {InputError} a prompt that cannot be read, or a second box or mask for one object
 */
export function groupPrompts(given: readonly GivenPrompt[]): PromptObject[] {
  const drafts = new Map<string, Draft>();
  const draft = (id: string): Draft => {
    const known = drafts.get(id);
    if (known) return known;
    const made: Draft = { points: [], labels: [] };
    drafts.set(id, made);
    return made;
  };
  const nextWithout = (key: "box" | "mask"): string => {
    let number = 1;
    while (drafts.get(String(number))?.[key] !== undefined) number++;
    return String(number);
  };
  for (const { kind, text } of given) {
    if (kind === "point") {
      const { object = "1", point, label } = parsePoint(text);
      draft(object).points.push(point);
      draft(object).labels.push(label);
    } else if (kind === "box") {
      const { object: id = nextWithout("box"), box } = parseBox(text);
      if (draft(id).box) throw second("--box", id);
      draft(id).box = box;
    } else {
      const { object: id = nextWithout("mask"), path } = parseMask(text);
      if (draft(id).mask) throw second("--mask", id);
      draft(id).mask = path;
    }
  }
  return [...drafts].map(([id, made]) => ({ id, ...made }));
}

function second(option: string, id: string): InputError {
  return new InputError(
    `${option}: object "${id}" has two; give each object its own name, as in ${option} other:…`,
    {
      option,
      object: id,
    },
  );
}
