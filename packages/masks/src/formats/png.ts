import { checkMembers, type PngSource, Tensor, UnsupportedError } from "@sam2js/core";
import { checkClasses, checkMaskSizes, checkMasks } from "../masks/check-masks.js";
import { checkRle } from "../masks/check-rle.js";
import { rleArea } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";
import { visitColumns } from "./column-visits.js";
import { maskColor } from "./palette.js";

/** A mask as a grey image, 255 inside and 0 outside, for the runtime's `encodePng`. */
export function toMaskPng(mask: Rle): PngSource {
  checkRle(mask);
  const [height, width] = mask.size;
  const data = new Uint8Array(height * width);
  paint(data, mask, 255);
  return { data, width, height, channels: 1 };
}

/**
 * All masks in one map: 0 where there is none, else 1 + the mask's place in the list. Where masks overlap the smaller one shows.
 *
 * @param size  [height, width] in pixels
 * @returns     int32 [height, width]
 * @throws {InputError} a mask has another size
 */
export function toLabelMap(masks: readonly Rle[], size: readonly [number, number]): Tensor<"int32"> {
  checkMaskSizes(masks, size);
  const data = new Int32Array(size[0] * size[1]);
  paintAll(data, masks);
  return new Tensor("int32", data, [...size]);
}

/** A PNG's palette has 256 entries, and 0 is the background. */
const MAX_LABELS = 255;

/**
 * All masks in one image with a palette: index 0 (black) where there is none, else 1 + the mask's place in the list. Where masks overlap
 * the smaller one shows.
 *
 * @param size  [height, width] in pixels
 * @throws {InputError} a mask has another size
 * @throws {UnsupportedError} there are more than 255 masks
 */
export function toLabelMapPng(masks: readonly Rle[], size: readonly [number, number]): PngSource {
  checkMaskSizes(masks, size);
  if (masks.length > MAX_LABELS) {
    throw UnsupportedError.expected(
      "label map",
      `at most ${MAX_LABELS} masks, since a PNG's palette has 256 colours`,
      masks.length,
      "keep the best ones, or write toLabelMap's numbers with toNpy",
    );
  }
  const [height, width] = size;
  const data = new Uint8Array(height * width);
  paintAll(data, masks);
  return { data, width, height, channels: 1, palette: paletteOf(masks.length) };
}

/** Black, then a colour for each. */
function paletteOf(count: number): Uint8Array {
  const palette = new Uint8Array(3 * (count + 1));
  for (let index = 0; index < count; index++) palette.set(maskColor(index), 3 * (index + 1));
  return palette;
}

/**
 * The classes of all masks in one image with a palette: index 0 (black) where there is none, else 1 + the mask's class. Where masks overlap the
 * smaller one shows.
 *
 * @param classes  the class of each mask, from 0
 * @param size     [height, width] in pixels
 * @throws {InputError} a mask has another size
 * @throws {UnsupportedError} a class is above 254
 */
export function toClassMapPng(
  masks: readonly Rle[],
  classes: readonly number[],
  size: readonly [number, number],
): PngSource {
  checkMaskSizes(masks, size);
  checkMembers(classes, "classes", "the class of each mask, a whole number >= 0", "length");
  checkClasses(classes, masks);
  const highest = classes.reduce((most, index) => Math.max(most, index), -1);
  if (highest >= MAX_LABELS)
    throw UnsupportedError.expected(
      "class map",
      `classes from 0 to ${MAX_LABELS - 1}, since a PNG's palette has 256 colours`,
      highest,
    );
  const [height, width] = size;
  const data = new Uint8Array(height * width);
  paintAll(data, masks, classes);
  return { data, width, height, channels: 1, palette: paletteOf(highest + 1) };
}

/**
 * All masks in as many label maps as they need, 255 to each, in order; one empty map for none.
 *
 * @param size  [height, width] in pixels
 * @throws {InputError} a mask has another size
 */
export function toLabelMapPngs(masks: readonly Rle[], size: readonly [number, number]): PngSource[] {
  checkMasks(masks);
  const maps: PngSource[] = [];
  for (let at = 0; at === 0 || at < masks.length; at += MAX_LABELS)
    maps.push(toLabelMapPng(masks.slice(at, at + MAX_LABELS), size));
  return maps;
}

function paintAll(data: Uint8Array | Int32Array, masks: readonly Rle[], numbers?: readonly number[]): void {
  masks
    .map((mask, index) => ({ mask, index, area: rleArea(mask) }))
    .sort((a, b) => b.area - a.area)
    .forEach(({ mask, index }) => {
      paint(data, mask, 1 + (numbers ? numbers[index]! : index));
    });
}

function paint(data: Uint8Array | Int32Array, mask: Rle, value: number): void {
  const width = mask.size[1];
  visitColumns(mask, (x, top, bottom) => {
    for (let y = top, at = top * width + x; y < bottom; y++, at += width) data[at] = value;
  });
}
