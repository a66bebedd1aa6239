import type { RgbImage } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import type { BoxPrompt, PointPrompt } from "../../domain/document.js";
import type { ModelInfo, PhotoInput } from "../../protocol/engine.js";
import type { StepAnswer, StepRequest } from "../../protocol/video-engine.js";

export interface SegmenterPrompts {
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  /** Logits of an earlier answer of the same model. */
  readonly mask: Float32Array | undefined;
  readonly isMultimask: boolean;
  /** The photo's draft will do. */
  readonly isDraft?: boolean | undefined;
}

/** Masks as the model gives them. */
export interface SegmenterAnswer {
  /** Above 0 inside, one array of `size` per mask. */
  readonly logits: readonly Float32Array[];
  /** [h, w] of the logits. */
  readonly size: readonly [number, number];
  readonly scores: readonly number[];
}

/** A model that answers prompts on photos: SAM 2, or a stand-in for tests. */
export interface Segmenter {
  readonly info: ModelInfo;
  /** @param isDraft  in the size of a draft, `info.draftSize`; without one it is encoded in full */
  encode(photo: PhotoInput, isDraft: boolean, signal: AbortSignal): Promise<void>;
  decode(photo: PhotoInput, prompts: SegmenterPrompts, signal: AbortSignal): Promise<SegmenterAnswer>;
  /** Masks as they are found; some may show the same thing. */
  everything(
    photo: PhotoInput,
    pointsPerSide: number,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): AsyncIterable<Mask>;
  /** Finds objects on one frame of a video; the past is remembered. */
  track(request: StepRequest, signal: AbortSignal): Promise<StepAnswer>;
  /** Upright RGB pixels. */
  decodeImage(blob: Blob): Promise<RgbImage>;
  dispose(): Promise<void>;
}
