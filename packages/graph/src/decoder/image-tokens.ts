import type { Value } from "../builder/graph-builder.js";
import type { Weights } from "../weights/weights.js";

/** The image tokens X [P, N, C] of each prompt, as a layer of the two-way transformer finds them. Positions of the image are π [1, N, C]. */
export interface ImageTokens {
  /**
   * Tokens attend to the image: softmax(Q·((X + π)·W_kᵀ + b_k)ᵀ)·(X·W_vᵀ + b_v) of each head.
   *
   * @param queries     [P, heads, T, D], over √D   @param w  of the attention
   * @param similarity  added to the scores, [P?, heads?, T?, N]
   * @returns           [P, T, heads·D]
   */
  readBy(queries: Value, w: Weights, similarity: Value | undefined): Value;

  /**
   * The image attends to tokens and is normed: LN(X + softmax(((X + π)·W_qᵀ + b_q)·Kᵀ)·V·W_oᵀ + b_o).
   *
   * @param keys, values  [P, heads, T, D], keys over √D   @param w  of the attention   @param norm  of the sum
   */
  hearing(keys: Value, values: Value, w: Weights, norm: Weights): Heard;

  /** Only some prompts. @param rows  int64 [Q], which */
  of(rows: Value): ImageTokens;

  /**
   * X·W₁ of upscaling and what is added to it; where prompts share the image, that has `upscaledShift` in it.
   *
   * @param matrix  W₁ [C, 4·c₁]   @param addend  [1, N, 4·c₁]   @returns [P, N, 4·c₁]
   */
  times(matrix: Value, addend: Value): Value;
}

/** What {@link ImageTokens.hearing} gives. */
export interface Heard {
  readonly image: ImageTokens;
  /** What the image took of each token, [P, heads, N, T]. */
  readonly weights: Value;
}
