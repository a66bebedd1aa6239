import type { Rle } from "@sam2js/masks";
import { FrameSet } from "./frame-set.js";
import type { ObjectId } from "./object-id.js";

/** Points of one object on one frame; the corners of a box come first, with labels 2 and 3. */
export interface PointPrompt {
  readonly kind: "points";
  /** [T, 2], (x, y) in pixels of the video; (−10, −10) is padding. */
  readonly points: Float32Array;
  /** [T]: 1 inside, 0 outside, 2 and 3 corners of a box, −10 padding. */
  readonly labels: Int32Array;
}

/** A mask of one object on one frame, of any size: it stands for the whole frame. */
export interface MaskPrompt {
  readonly kind: "mask";
  readonly mask: Rle;
}

export type Prompt = PointPrompt | MaskPrompt;

/** What is kept of a frame: bfloat16 in `Uint16Array`, as the reference stores memories of SAM 2, or float32, as those of EdgeTAM. */
export type StoredMemory = Uint16Array | Float32Array;

/** What a step leaves for later ones, of one object on one frame. */
export interface FrameRecord {
  /** Above 0 the object is there. */
  readonly score: number;
  /** [C]. */
  readonly pointer: Float32Array;
  /** [K, D]; missing where no memory was made, or it was forgotten. */
  readonly memory?: StoredMemory | undefined;
  /** Whether there was a memory that is out of reach by now. */
  readonly isForgotten?: boolean | undefined;
  /** [4h, 4w]; kept where the record is returned again. */
  readonly logits?: Float32Array | undefined;
}

/** How many numbers the parts of a {@link FrameRecord} have, by the model. */
export interface RecordSizes {
  readonly memory: number;
  /** Of the numbers of a memory, [K, D], the D. */
  readonly memoryChannels: number;
  /** Whether memories are float32; else bfloat16. */
  readonly hasFloatMemory: boolean;
  readonly pointer: number;
  readonly logits: number;
}

/** One object: its prompts and what was made of them. Objects know nothing of each other. */
export class TrackedObject {
  readonly id: ObjectId;
  /** By frame, as last given. */
  readonly prompts = new Map<number, Prompt>();
  /** Frames whose prompt no step has used yet. */
  readonly pending = new Set<number>();
  /** Frames that began or restarted the object, by frame. */
  readonly conditioning = new Map<number, FrameRecord>();
  /** Frames that were followed to. */
  readonly tracked = new Map<number, FrameRecord>();
  /** Tracked frames that were corrected: they are returned as stored. */
  readonly corrected = new Set<number>();
  /** Frames ever tracked, with or without a record still, and those of them that were last tracked in reverse. */
  readonly visited: FrameSet;
  readonly visitedInReverse: FrameSet;

  constructor(id: ObjectId, visited = new FrameSet(), visitedInReverse = new FrameSet()) {
    this.id = id;
    this.visited = visited;
    this.visitedInReverse = visitedInReverse;
  }

  /** Takes a prompt back. What was found there counts as tracked from then on. */
  clearPrompt(frame: number): void {
    this.prompts.delete(frame);
    this.pending.delete(frame);
    this.corrected.delete(frame);
    const record = this.conditioning.get(frame);
    if (!record) return;
    this.conditioning.delete(frame);
    this.tracked.set(frame, record);
    this.visited.add(frame);
  }

  /** The record of a frame that is not to be computed again. */
  fixedRecord(frame: number): FrameRecord | undefined {
    if (this.pending.has(frame)) return undefined;
    return this.conditioning.get(frame) ?? (this.corrected.has(frame) ? this.tracked.get(frame) : undefined);
  }
}
