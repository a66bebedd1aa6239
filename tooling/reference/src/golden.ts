import type { GoldenTensor } from "./golden-tensor.js";

/** Names tensors of a fixture: one by name, several joined along axis 0, or a list. */
export type Ref = string | { readonly concat: readonly Ref[] } | { readonly list: readonly Ref[] };

/** A prompt as a user writes it: nested lists in pixels of the original image, (x, y), boxes x0 y0 x1 y1. */
export interface Prompt {
  /** [image][object][point][x, y] */
  readonly input_points?: number[][][][];
  /** [image][object][point] */
  readonly input_labels?: number[][][];
  /** [image][object][x0, y0, x1, y1] */
  readonly input_boxes?: number[][][];
}

/** Uncompressed run lengths, column by column, beginning with the number of zeros; size is [height, width]. */
export interface Rle {
  readonly size: [number, number];
  readonly counts: number[];
}

/** One question to the reference and its answer; see README.md for what each kind holds. */
export interface GoldenCase {
  readonly kind: string;
  readonly images?: readonly string[];
  readonly prompt?: Prompt;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, Ref>>;
  readonly outputs?: Readonly<Record<string, Ref>>;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly type: string; readonly message: string } | null;
  readonly rles?: readonly Rle[];
  readonly model?: string;
}

export interface GoldenImage {
  /** File beside the manifest. */
  readonly file: string;
  readonly height: number;
  readonly width: number;
}

export interface Checkpoint {
  /** The reference's class that saved it. */
  readonly class: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export interface GoldenMeta {
  readonly format: number;
  readonly name: string;
  /** File in `python/` that wrote the fixture, and its version constant then. */
  readonly script: string;
  readonly version: number;
  readonly transformers: string;
  readonly torch: string;
  readonly torchvision: string;
  readonly python: string;
  readonly seed: number;
  /** How far float32 rounding alone moves the reference's own logits (relative to their range) and scores (absolute). */
  readonly noise?: { readonly pred_masks: number; readonly iou_scores: number };
  readonly checkpoint: Checkpoint | null;
  readonly images: Readonly<Record<string, GoldenImage>>;
}

/** A loaded fixture. */
export interface Golden {
  /** Absolute folder of the manifest. */
  readonly dir: string;
  /** Absolute folder of the checkpoint that the goldens come from; null when it lives elsewhere (nano). */
  readonly modelDir: string | null;
  readonly meta: GoldenMeta;
  readonly cases: Readonly<Record<string, GoldenCase>>;
  readonly tensorNames: readonly string[];
  /** A case by name; throws when there is none. */
  case(name: string): GoldenCase;
  /** A fresh copy of a tensor; throws when there is none of that name. */
  tensor(name: string): GoldenTensor;
  /** Follows a Ref to a tensor or a list of tensors. */
  resolve(ref: Ref): GoldenTensor | GoldenTensor[];
  /** Follows a Ref that must name one tensor. */
  resolveTensor(ref: Ref | undefined): GoldenTensor;
  /** Follows a Ref that must name a list of tensors. */
  resolveList(ref: Ref | undefined): GoldenTensor[];
  /** Absolute path of an image of the fixture (PNG or JPEG). */
  imageFile(id: string): string;
}
