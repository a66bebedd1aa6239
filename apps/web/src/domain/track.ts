import type { FramePrompts, ObjectDoc, RleMask } from "./document.js";

/** Where an object is on one frame. */
export interface TrackedFrame {
  readonly rle: RleMask;
  /** Logit: above 0 the object is seen. */
  readonly score: number;
  /** Pixels inside. */
  readonly area: number;
  /** Prompts have changed since: it is to be computed again. */
  readonly isOld: boolean;
}

/** The score of what a hand said. */
const SURE = 10;

/** What was found of one object with one set of prompts. Frames fill in; for other prompts there is another track. */
export class Track {
  readonly frames: (TrackedFrame | undefined)[];
  /** Of the object, as they were. */
  readonly prompts: ObjectDoc["frames"];
  /** The model that found the newest of it; empty where none has. */
  by: string;

  /** @param frames  of earlier prompts; taken over */
  constructor(prompts: ObjectDoc["frames"], frames: (TrackedFrame | undefined)[] = [], by = "") {
    this.prompts = prompts;
    this.frames = frames;
    this.by = by;
    for (const frame of promptFrames(prompts)) {
      const mask = prompts[frame]?.mask;
      if (mask) frames[frame] = asGiven(mask.rle);
    }
  }

  /** Frame of the first prompt: frames from it on are followed forwards, those before it backwards. */
  get first(): number | undefined {
    return promptFrames(this.prompts)[0];
  }

  needs(frame: number): boolean {
    return this.frames[frame]?.isOld ?? true;
  }

  /** Prompted frames that have no answer to the prompts as they are. */
  get unanswered(): number[] {
    return promptFrames(this.prompts).filter((frame) => this.needs(frame));
  }

  /**
   * The track for changed prompts: what lies between a changed prompt and the next one is out of date; where the change is the first prompt,
   * what lies before it too. The rest is shared.
   */
  withPrompts(prompts: ObjectDoc["frames"]): Track {
    const wanted = promptFrames(prompts);
    const first = wanted[0];
    if (first === undefined) return new Track(prompts);
    const frames = [...this.frames];
    for (const changed of changedFrames(this.prompts, prompts)) {
      const from = changed <= first ? 0 : changed;
      const to = wanted.find((frame) => frame > changed) ?? frames.length;
      for (let frame = from; frame < to; frame++) {
        const found = frames[frame];
        if (found && !found.isOld) frames[frame] = { ...found, isOld: true };
      }
    }
    return new Track(prompts, frames, this.by);
  }
}

/** Names a set of prompts of one object, and how often they were asked: another model changes no track that was seen. */
export function trackKey(object: Pick<ObjectDoc, "id" | "frames" | "asked">): string {
  return `${object.id} ${object.asked ?? 0} ${JSON.stringify(promptFrames(object.frames).map((frame) => [frame, textOf(object.frames[frame])]))}`;
}

/** What a hand said needs no answer. An empty mask says that the object is hidden. */
function asGiven(rle: RleMask): TrackedFrame {
  let area = 0;
  for (let i = 1; i < rle.counts.length; i += 2) area += rle.counts[i] ?? 0;
  return { rle, area, score: area > 0 ? SURE : -SURE, isOld: false };
}

function promptFrames(prompts: ObjectDoc["frames"]): number[] {
  return Object.keys(prompts).map(Number);
}

function changedFrames(before: ObjectDoc["frames"], after: ObjectDoc["frames"]): number[] {
  const all = new Set([...promptFrames(before), ...promptFrames(after)]);
  return [...all].filter((frame) => textOf(before[frame]) !== textOf(after[frame]));
}

function textOf(prompts: FramePrompts | undefined): string {
  return prompts
    ? JSON.stringify([
        prompts.points.map(({ x, y, isInclude }) => [x, y, isInclude]),
        prompts.box,
        prompts.mask?.id,
      ])
    : "";
}
