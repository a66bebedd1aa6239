/**
 * The factor that brings a coordinate of an image to the model's input. As in the reference it is the target times a float32 reciprocal, which
 * may be one bit off the quotient.
 *
 * @param side    width (for x) or height (for y) of the image in pixels
 * @param target  side of the model's square input in pixels
 */
export function pointScale(side: number, target: number): number {
  return Math.fround(Math.fround(1 / side) * Math.fround(target));
}
