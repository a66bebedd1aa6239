import type { Rle } from "../masks/run-lengths.js";

/** An image with classified masks, on the way into a data set. */
export interface LabelledImage {
  /** As the file should name it. */
  readonly fileName: string;
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** All of the image's size. */
  readonly masks: readonly Rle[];
  /** The class of each mask, as a place in the list of classes. */
  readonly categories: readonly number[];
}
