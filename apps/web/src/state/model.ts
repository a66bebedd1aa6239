import { signal } from "@preact/signals";
import type {
  DecodeAnswer,
  MaskView,
  ModelChoice,
  ModelInfo,
  Progress,
  SegmentEngine,
} from "../protocol/engine.js";

/** A draft answers sooner and less exactly. */
export type Knowledge = "draft" | "full";

export interface Encoding {
  readonly photoId: string;
  /** `performance.now()` at its begin. */
  readonly since: number;
  /** How long it is going to take; undefined where nobody knows. */
  readonly expectedMs: number | undefined;
}

export interface FrameMask {
  readonly view: MaskView;
  readonly score: number;
  /** Prompts have changed since. */
  readonly isOld: boolean;
}

export interface HoverPreview {
  readonly view: MaskView;
  /** Shown white and dashed: a click would make another object. */
  readonly isNew: boolean;
}

export const model = signal<ModelInfo | null>(null);
/** What the model was chosen as; null until one is there. */
export const choice = signal<ModelChoice | null>(null);
export const loading = signal<{ readonly name: string; readonly progress: Progress | null } | null>(null);

/** How the model knows photos, by id. */
export const encoded = signal<ReadonlyMap<string, Knowledge>>(new Map());

/** Photos are left at their drafts. */
export const isDraftOnly = signal(false);

/** The frame of a video that was prepared as a photo is, for previews and readings. */
export const still = signal<{ readonly id: string; readonly blob: Blob } | null>(null);

/** The photo that is made ready to be clicked. */
export const encoding = signal<Encoding | null>(null);

/** The photo whose draft is about to be replaced; clicks are answered meanwhile. */
export const refining = signal<Encoding | null>(null);
export const answers = signal<ReadonlyMap<number, DecodeAnswer>>(new Map());
export const composed = signal<ReadonlyMap<string, MaskView>>(new Map());

/** Masks of a video's objects on the frame that is on screen, by object. */
export const frameMasks = signal<ReadonlyMap<string, FrameMask>>(new Map());
export const hover = signal<HoverPreview | null>(null);
export const lastClickMs = signal<number | null>(null);
export const decodeMs = signal(0);

let current: SegmentEngine | undefined;

export function setEngine(engine: SegmentEngine): void {
  current = engine;
}

/** The engine of this page; it is set before anything is drawn. */
export function engine(): SegmentEngine {
  if (!current) throw new ReferenceError("the engine is not set yet");
  return current;
}

/** Has the whole photo prepared where a draft would have done. */
export function leaveDrafts(): void {
  isDraftOnly.value = false;
}
