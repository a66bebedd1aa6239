import { InputError } from "@sam2js/core";
import { parseBox, parseMask, parsePoint } from "../prompts/parse-prompt.js";

/** A prompt as the command line has it. */
export interface GivenTrackPrompt {
  readonly kind: "point" | "box" | "mask";
  /** `[[FRAME:]OBJ:]…`. */
  readonly text: string;
}

/** Everything that is said about one object on one frame. */
export interface TrackPrompt {
  /** From 0. */
  readonly frame: number;
  readonly object: string;
  /** (x, y) in pixels of the video. */
  readonly points: readonly (readonly [number, number])[];
  readonly labels: readonly number[];
  readonly box?: readonly [number, number, number, number];
  /** Path of a picture: what is bright is inside. */
  readonly mask?: string;
}

type Draft = {
  -readonly [Key in keyof TrackPrompt]: TrackPrompt[Key] extends readonly (infer Item)[]
    ? Item[]
    : TrackPrompt[Key];
};

/**
 * Gathers the prompts of a command line by frame and object, frames ascending. Without an object, object 1 is meant.
 *
 * @param first  the frame of prompts that name none
 * @throws {InputError} a prompt that cannot be read, a second box or mask, or a mask beside points
 */
export function groupTrackPrompts(given: readonly GivenTrackPrompt[], first = 0): TrackPrompt[] {
  const drafts = new Map<string, Draft>();
  for (const { kind, text } of given) {
    const { frame = first, rest } = splitFrame(text, kind);
    const parsed = kind === "point" ? parsePoint(rest) : kind === "box" ? parseBox(rest) : parseMask(rest);
    const object = parsed.object ?? "1";
    const key = `${frame}:${object}`;
    const draft: Draft = drafts.get(key) ?? { frame, object, points: [], labels: [] };
    drafts.set(key, draft);
    if ("point" in parsed) {
      draft.points.push(parsed.point);
      draft.labels.push(parsed.label);
    } else if ("box" in parsed) {
      if (draft.box) throw second("--box", draft);
      draft.box = parsed.box;
    } else {
      if (draft.mask) throw second("--mask", draft);
      draft.mask = parsed.path;
    }
  }
  const prompts = [...drafts.values()].sort((a, b) => a.frame - b.frame);
  for (const prompt of prompts) {
    if (!prompt.mask || (prompt.points.length === 0 && !prompt.box)) continue;
    throw new InputError(
      `--mask: object "${prompt.object}" has points or a box on frame ${prompt.frame} too; a mask is an answer, so give it alone`,
      { object: prompt.object, frame: prompt.frame },
    );
  }
  return prompts;
}

const EXAMPLES = { point: "500,375", box: "75,275,1725,850" } as const;

/** `12:cup:3,4` is frame 12; `cup:3,4` and `3,4` name no frame. */
function splitFrame(
  text: string,
  kind: GivenTrackPrompt["kind"],
): { frame: number | undefined; rest: string } {
  const match = /^\s*(\d{1,6}):(?=[^:=]*[:=])/.exec(text);
  const rest = match ? text.slice(match[0].length) : text;
  if (kind !== "mask" && /:.*:/.test(rest)) {
    const expected = "FRAME:OBJ:… with a whole number from 0 on for FRAME and no colon in OBJ";
    const next = `for example --${kind} 12:cup:${EXAMPLES[kind]}`;
    throw InputError.expected(`--${kind}`, expected, `"${text}"`, next);
  }
  return { frame: match ? Number(match[1]) : undefined, rest };
}

function second(option: string, { frame, object }: { frame: number; object: string }): InputError {
  return new InputError(
    `${option}: object "${object}" has two on frame ${frame}; give each object a name of its own, as in ${option} ${frame}:other:…`,
    { option, frame, object },
  );
}
