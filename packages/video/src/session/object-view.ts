import { Tensor } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import type { FrameRecord, Prompt } from "../state/tracked-object.js";

/** Prompts of an object on a frame: points, or a mask. */
export type ObjectInputs =
  | {
      /** float32 [T, 2], (x, y) in pixels of the video, corners of a box first. */
      readonly points: Tensor<"float32">;
      /** int32 [T]: 1 inside, 0 outside, 2 and 3 corners of a box, -10 padding. */
      readonly labels: Tensor<"int32">;
    }
  | {
      /** Of any size: it stands for the whole frame. */
      readonly mask: Mask;
    };

/** What a session keeps of an object on a frame; memories stay inside. */
export interface ObjectFrameOutput {
  /** Whether the frame began the object. */
  readonly isConditioningFrame: boolean;
  /** float32 [1, C]. */
  readonly objectPointer: Tensor<"float32">;
  /** float32 [1]: above 0 the object is seen. */
  readonly objectScoreLogits: Tensor<"float32">;
  /** float32 [1, 1, 4h, 4w] logits; kept of prompted frames. */
  readonly predMasks?: Tensor<"float32"> | undefined;
}

/** Copies, so that a caller cannot change what later steps read. */
export function toInputs(prompt: Prompt): ObjectInputs {
  if (prompt.kind === "mask") return { mask: new Mask(prompt.mask) };
  const { points, labels } = prompt;
  return {
    points: new Tensor("float32", points.slice(), [labels.length, 2]),
    labels: new Tensor("int32", labels.slice(), [labels.length]),
  };
}

/** Copies, as {@link toInputs}. */
export function toOutput(
  { pointer, score, logits }: FrameRecord,
  isConditioningFrame: boolean,
): ObjectFrameOutput {
  const side = Math.sqrt(logits?.length ?? 0);
  return {
    isConditioningFrame,
    objectPointer: new Tensor("float32", pointer.slice(), [1, pointer.length]),
    objectScoreLogits: new Tensor("float32", new Float32Array([score]), [1]),
    ...(logits && { predMasks: new Tensor("float32", logits.slice(), [1, 1, side, side]) }),
  };
}
