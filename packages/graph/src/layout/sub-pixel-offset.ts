/**
 * Where pixel (y, x) of a map with 2^depth × 2^depth sub-pixels per token stands in the encoder's layout: tokens row by row, inside them
 * the sub-pixels, halving by halving.
 *
 * @param width  tokens in a row
 */
export function subPixelOffset(y: number, x: number, width: number, depth: number): number {
  let offset = (y >> depth) * width + (x >> depth);
  for (let level = depth - 1; level >= 0; level--) {
    offset = offset * 4 + ((y >> level) & 1) * 2 + ((x >> level) & 1);
  }
  return offset;
}
