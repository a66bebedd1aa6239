import { checkMembers, checkOptions, checkSize, InputError } from "@sam2js/core";
import { checkMasks, checkOneEach } from "../masks/check-masks.js";
import { checkRle } from "../masks/check-rle.js";
import { rleFromBitmap } from "../masks/rle.js";
import { walkRows } from "../masks/rle-rows.js";
import type { Rle } from "../masks/run-lengths.js";
import { BitReader } from "./bit-reader.js";
import { BitWriter } from "./bit-writer.js";
import type { MaskLike } from "./mask-like.js";
import { share } from "./share.js";

/** Bits of the four forms of a run length; the format lets the writer choose. */
const LENGTH_BITS = [3, 4, 8, 16] as const;
const WORD_BITS = 8;
const CHANNELS = 4;

/**
 * A mask as Label Studio's brush RLE: the bytes of an RGBA image, all four 255 inside and 0 outside, packed as runs
 * (the format of the npm package `@thi.ng/rle-pack`).
 *
 * Bits, most significant first: number of bytes (32), word size − 1 (5), four length sizes − 1 (4 each); then runs of a 1, which of the
 * four sizes (2), length − 1 in that size, and the byte.
 *
 * @returns  bytes as numbers, as Label Studio's JSON has them in `value.rle`
 */
export function toLabelStudioRle(mask: Rle): number[] {
  checkRle(mask);
  const [height, width] = mask.size;
  const bits = new BitWriter();
  bits.write(height * width * CHANNELS, 32);
  bits.write(WORD_BITS - 1, 5);
  for (const size of LENGTH_BITS) bits.write(size - 1, 4);
  let side = false;
  let length = 0;
  const flush = () => {
    const longest = 2 ** LENGTH_BITS[3];
    for (let left = length * CHANNELS; left > 0; ) {
      const run = Math.min(left, longest);
      const form = LENGTH_BITS.findIndex((size) => run <= 2 ** size);
      bits.write(1, 1);
      bits.write(form, 2);
      bits.write(run - 1, LENGTH_BITS[form]!);
      bits.write(side ? 255 : 0, WORD_BITS);
      left -= run;
    }
    length = 0;
  };
  walkRows(mask, (inside, run) => {
    if (inside !== side) flush();
    side = inside;
    length += run;
  });
  flush();
  return Array.from(bits.finish());
}

/**
 * The mask that a brush RLE of Label Studio holds: pixels whose alpha is not 0. Packed with any sizes of words (up to 8 bits) and run lengths.
 *
 * @param rle   bytes as numbers, as `value.rle` of Label Studio's JSON
 * @param size  [height, width] of the image in pixels
 * @throws {InputError} it is no such RLE, or of an image of another size
 */
export function fromLabelStudioRle(rle: ArrayLike<number>, size: readonly [number, number]): Rle {
  checkSize(size);
  const [height, width] = size;
  checkMembers(rle, "rle", "a list of bytes, as value.rle has them", "length");
  const bits = new BitReader(rle);
  const values = bits.read(32);
  const wordBits = bits.read(5) + 1;
  const lengthBits = LENGTH_BITS.map(() => bits.read(4) + 1);
  const expected = `run lengths of ${height} x ${width} pixels of RGBA`;
  if (values !== height * width * CHANNELS || wordBits > WORD_BITS)
    throw InputError.expected("rle", expected, `${values} values of ${wordBits} bits`);
  const inside = new Uint8Array(height * width);
  for (let at = 0; at < values; ) {
    const isRun = bits.read(1) === 1;
    const end = at + bits.read(lengthBits[bits.read(2)]!) + 1;
    if (end > values || bits.isOver) throw InputError.expected("rle", expected, "others; it is damaged");
    if (!isRun) for (; at < end; at++) mark(inside, at, at + 1, bits.read(wordBits));
    else mark(inside, at, end, bits.read(wordBits));
    at = end;
  }
  return rleFromBitmap(inside, width, height);
}

/** Marks the pixels whose alpha is among the bytes from `at` to before `end`. */
function mark(inside: Uint8Array, at: number, end: number, value: number): void {
  if (value > 0) inside.fill(1, Math.floor(at / CHANNELS), Math.floor(end / CHANNELS));
}

/** One region of a Label Studio annotation or prediction. */
export interface LabelStudioResult {
  /** `"mask-0"`, `"mask-1"`, … in the order given: unique in one result. */
  readonly id: string;
  /** The kind of tag that it belongs to. */
  readonly type: "brushlabels";
  /** The `name` of the labelling config's `BrushLabels` tag. */
  readonly from_name: string;
  /** The `name` of its `Image` tag. */
  readonly to_name: string;
  /** Of the image, in pixels. */
  readonly original_width: number;
  /** Of the image, in pixels. */
  readonly original_height: number;
  /** Images are upright. */
  readonly image_rotation: 0;
  /** The mask as bytes of {@link toLabelStudioRle}, and its one label. */
  readonly value: { readonly format: "rle"; readonly rle: number[]; readonly brushlabels: readonly string[] };
  /** The model's own estimate of the mask's IoU with the object, 0 to 1; missing where it is not known. */
  readonly score?: number;
}

/** What masks are called in a Label Studio project. */
export interface LabelStudioOptions {
  /** The `name` of the `BrushLabels` tag in the labelling config. Default "tag". */
  readonly fromName?: string | undefined;
  /** The `name` of the `Image` tag. Default "image". */
  readonly toName?: string | undefined;
  /** A label for each mask; all "object" without it. */
  readonly labels?: readonly string[] | undefined;
}

/** Masks as the `result` of a Label Studio annotation or prediction. */
export function toLabelStudioResults(
  masks: readonly MaskLike[],
  options: LabelStudioOptions = {},
): LabelStudioResult[] {
  checkOptions(options, ["fromName", "toName", "labels"], "toLabelStudioResults options");
  const { fromName = "tag", toName = "image", labels } = options;
  checkMasks(masks);
  checkOneEach(labels, masks, "labels");
  return masks.map((mask, index) => ({
    id: `mask-${index}`,
    type: "brushlabels",
    from_name: fromName,
    to_name: toName,
    original_width: mask.size[1],
    original_height: mask.size[0],
    image_rotation: 0,
    value: { format: "rle", rle: toLabelStudioRle(mask), brushlabels: [labels?.[index] ?? "object"] },
    ...(mask.score !== undefined && { score: share(mask.score) }),
  }));
}
