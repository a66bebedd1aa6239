import type { BoxPrompt, FixedMask, PointPrompt, RleMask } from "../domain/document.js";

/** A video as the workers need it: they open it when they first hear of it. */
export interface VideoInput {
  readonly id: string;
  readonly name: string;
  /** The file; null for a camera, whose frames come with the steps. */
  readonly blob: Blob | null;
}

/** All prompts of one object, ascending by frame. */
export interface ObjectPrompts {
  readonly id: string;
  readonly prompts: readonly FramePrompt[];
}

export interface FramePrompt {
  readonly frame: number;
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  /** The object as it is there, in place of points and box. */
  readonly mask: FixedMask | null;
}

/** One frame to compute. What is not said here any more is forgotten, so that a step depends on nothing but its request and the past. */
export interface StepRequest {
  readonly video: VideoInput;
  readonly objects: readonly ObjectPrompts[];
  readonly frame: number;
  /** Whom to look for. */
  readonly objectIds: readonly string[];
  readonly isReverse: boolean;
  /** The picture, for a camera. */
  readonly image?: ImageBitmap | undefined;
}

export interface FoundObject {
  readonly id: string;
  readonly rle: RleMask;
  /** Logit: above 0 the object is seen. */
  readonly score: number;
  /** Pixels inside. */
  readonly area: number;
}

export interface StepAnswer {
  readonly frame: number;
  readonly found: readonly FoundObject[];
  readonly elapsedMs: number;
}
