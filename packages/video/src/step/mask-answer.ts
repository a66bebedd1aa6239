import { type Rle, rleToBitmap } from "@sam2js/masks";
import { resizeAntialiased } from "@sam2js/processor";

/** Logits outside and inside of a mask that was given: sigmoid makes them nearly 0 and 1. */
const OUTSIDE = -10;
const INSIDE = 10;

/** A given mask in the sizes that the network wants. */
export interface MaskAnswer {
  /** [S, S], 0 or 1. */
  readonly mask: Float32Array;
  /** [side, side]. */
  readonly logits: Float32Array;
  /** ±10. */
  readonly score: number;
}

/**
 * Takes a given mask for the answer: no decoder is asked for it.
 *
 * @param imageSize  S, side of the model's input
 * @param maskSize   side of the model's masks
 */
export function maskAnswer(rle: Rle, imageSize: number, maskSize: number): MaskAnswer {
  const [height, width] = rle.size;
  const given = Float32Array.from(rleToBitmap(rle).data);
  const square: [number, number] = [imageSize, imageSize];
  const mask =
    height === imageSize && width === imageSize
      ? given
      : resizeAntialiased(given, [height, width], square).map((value) => (value >= 0.5 ? 1 : 0));
  const wide = mask.map((value) => (value > 0 ? INSIDE : OUTSIDE));
  const logits = resizeAntialiased(wide, square, [maskSize, maskSize]);
  return { mask, logits, score: mask.some((value) => value > 0) ? INSIDE : OUTSIDE };
}
