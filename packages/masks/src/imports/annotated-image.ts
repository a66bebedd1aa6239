import { checkMembers, checkSize, InputError } from "@sam2js/core";
import type { CompressedRle } from "../masks/rle-string.js";
import { decompressRle } from "../masks/rle-string.js";
import type { Rle } from "../masks/run-lengths.js";
import { fillRings } from "./fill-rings.js";

/** What a file says of one image. */
export interface AnnotatedImage {
  /** The image as the file names it; of YOLO labels and masks the file's own path. */
  readonly fileName: string;
  /** [height, width] in pixels, where the file tells it. */
  readonly size?: readonly [number, number] | undefined;
  /** The file is a mask: its name may begin with the image's. */
  readonly isMask?: boolean;
  /** In the order of the file. */
  readonly objects: readonly AnnotatedObject[];
}

/** An object as a file of annotations has it. */
export interface AnnotatedObject {
  /** Its class; "" where the file has none. */
  readonly label: string;
  /** What it is called beside its class. */
  readonly name?: string | undefined;
  /** Its outline or its box. */
  readonly shape: AnnotatedShape;
}

/** Run lengths, rings of x, y, x, y, …, or a box [x0, y0, x1, y1]; the last two in pixels, or in shares of width and height. */
export type AnnotatedShape =
  | { readonly kind: "rle"; readonly rle: Rle | CompressedRle }
  | { readonly kind: "rings"; readonly rings: readonly (readonly number[])[]; readonly isShare: boolean }
  | {
      readonly kind: "box";
      readonly box: readonly [number, number, number, number];
      readonly isShare: boolean;
    };

/**
 * A shape as a mask of its image. Rings are filled as pycocotools fills them.
 *
 * @param size  [height, width] of the image in pixels
 * @returns     undefined for a box
 * @throws {InputError} damaged run lengths, or an image of another size
 */
export function shapeMask(shape: AnnotatedShape, size: readonly [number, number]): Rle | undefined {
  checkShape(shape, size);
  if (shape.kind === "box") return undefined;
  if (shape.kind === "rings")
    return fillRings(
      shape.rings.map((ring) => inPixels(ring, shape, size)),
      size,
    );
  const { rle } = shape;
  if (rle.size[0] !== size[0] || rle.size[1] !== size[1])
    throw InputError.expected(
      "mask",
      `the image's [height, width], [${size}]`,
      `[${rle.size}]`,
      "use the image that was annotated",
    );
  return typeof rle.counts === "string" ? decompressRle({ ...rle, counts: rle.counts }) : (rle as Rle);
}

/**
 * A box of a file, in pixels and within the image.
 *
 * @param size  [height, width] of the image in pixels
 * @returns     x0, y0, x1, y1; undefined where nothing of it lies within
 */
export function shapeBox(
  shape: Extract<AnnotatedShape, { readonly kind: "box" }>,
  size: readonly [number, number],
): readonly [number, number, number, number] | undefined {
  checkShape(shape, size);
  const [height, width] = size;
  const [a = 0, b = 0, c = 0, d = 0] = inPixels(shape.box, shape, size);
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const [x0, x1] = [within(Math.min(a, c), width), within(Math.max(a, c), width)];
  const [y0, y1] = [within(Math.min(b, d), height), within(Math.max(b, d), height)];
  return x1 > x0 && y1 > y0 ? [x0, y0, x1, y1] : undefined;
}

function checkShape(shape: AnnotatedShape, size: readonly [number, number]): void {
  checkMembers(shape, "shape", 'a shape of kind "rle", "rings" or "box"', "kind");
  checkMembers(shape, "shape", `one of kind ${shape.kind} with its ${shape.kind}`, shape.kind);
  checkSize(size);
}

function inPixels(
  values: readonly number[],
  { isShare }: { readonly isShare: boolean },
  [height, width]: readonly [number, number],
): readonly number[] {
  return isShare ? values.map((value, i) => value * (i % 2 ? height : width)) : values;
}
