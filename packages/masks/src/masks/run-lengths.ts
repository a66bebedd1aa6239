/**
 * A bitmap as run lengths, column by column from the left, top to bottom: `counts[0]` pixels outside, `counts[1]` inside, and so on.
 * The uncompressed RLE of COCO and of the reference's mask generation.
 *
 * Functions that read run lengths check them first, once for each object, and throw an `InputError` that says what is wrong with them.
 */
export interface Rle {
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** Run lengths that add up to height x width; only the first may be 0. */
  readonly counts: Uint32Array | readonly number[];
}

/** `[x0, y0, x1, y1]` in pixels, x to the right, y down; x1 and y1 are the last pixels inside. `[0, 0, 0, 0]` for an empty mask. */
export type MaskBox = readonly [number, number, number, number];
