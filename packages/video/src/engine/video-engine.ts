import type { TensorLike } from "@sam2js/core";
import type { MemoryRecall } from "../state/memory-bank.js";
import type { RecordSizes, StoredMemory } from "../state/tracked-object.js";

/** Features of one frame, shared by its objects. They belong to whoever asked for them, until `dispose()`. */
export interface FrameFeatures {
  dispose(): Promise<void>;
}

/** Points as the decoder takes them. */
export interface DecoderPoints {
  /** [K, 2], (x, y) in pixels of the model's input. */
  readonly points: Float32Array;
  /** [K]. */
  readonly labels: Int32Array;
}

/** What a frame's features are taken with: the past, nothing since it begins the object, or as they are with a mask given for an answer. */
export type Conditioning =
  | { readonly kind: "memory"; readonly recall: MemoryRecall }
  | { readonly kind: "none" }
  | { readonly kind: "mask"; readonly mask: Float32Array };

/** One object on one frame. */
export interface DecodeRequest extends DecoderPoints {
  readonly conditioning: Conditioning;
  /** Whether the best of three masks is wanted, or the single one. */
  readonly multimask: boolean;
  /** [4h, 4w] logits given beside the points. */
  readonly earlierLogits?: Float32Array | undefined;
}

/** After the rules of occlusion: a hidden object has logits of −1024 and its own pointer. */
export interface Decoded {
  /** [4h, 4w]. */
  readonly logits: Float32Array;
  readonly score: number;
  /** [C]. */
  readonly pointer: Float32Array;
}

/** What a memory is made of. */
export interface MemoryRequest {
  readonly score: number;
  /** [4h, 4w] logits, made hard (0 or 1) for prompted frames; or the [S, S] mask that was given. */
  readonly source:
    | { readonly kind: "logits"; readonly logits: Float32Array; readonly isHard: boolean }
    | { readonly kind: "mask"; readonly mask: Float32Array };
}

/** The network, as the state machine sees it. */
export interface VideoEngine {
  /** Side of the model's input, S, and of the masks, 4h. */
  readonly imageSize: number;
  readonly maskSize: number;
  /** Of what a session keeps of an object on a frame. */
  readonly recordSizes: RecordSizes;
  /** @throws {DisposedError} after `dispose()` */
  assertUsable(): void;
  /** [C], of an object that is not there. */
  noObjectPointer(): Promise<Float32Array>;
  /** @param pixelValues  float32 [1, 3, S, S] */
  encodeFrame(pixelValues: TensorLike, signal: AbortSignal | undefined): Promise<FrameFeatures>;
  decode(features: FrameFeatures, request: DecodeRequest, signal: AbortSignal | undefined): Promise<Decoded>;
  /** @returns [K, D] as it is kept */
  encodeMemory(
    features: FrameFeatures,
    request: MemoryRequest,
    signal: AbortSignal | undefined,
  ): Promise<StoredMemory>;
}
