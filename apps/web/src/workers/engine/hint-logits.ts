import { type Rle, rleToBitmap } from "@sam2js/masks";

/** Of a pixel that is inside; outside it is the opposite. What the video half takes for a given mask. */
const INSIDE = 10;

/** A mask as the logits [side, side] of an answer, for the model to refine: each is of the pixel in the middle of its cell. */
export function hintLogits(rle: Rle, side: number): Float32Array {
  const [height, width] = rle.size;
  const { data } = rleToBitmap(rle);
  const logits = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    const y = Math.floor(((row + 0.5) * height) / side);
    for (let column = 0; column < side; column++) {
      const x = Math.floor(((column + 0.5) * width) / side);
      logits[row * side + column] = data[y * width + x] ? INSIDE : -INSIDE;
    }
  }
  return logits;
}
