import { checkList, checkSize, describeValue, InputError } from "@sam2js/core";
import { checkRle } from "./check-rle.js";
import type { Rle } from "./run-lengths.js";

/** @throws {InputError} `masks` is no list, or one of them is no mask */
export function checkMasks(masks: readonly Rle[]): void {
  checkList(masks, "masks", "a list of masks");
  masks.forEach((mask, index) => {
    checkRle(mask, `masks[${index}]`);
  });
}

/** @throws {InputError} `masks` is no list of masks, or one is not of the image's size [height, width] */
export function checkMaskSizes(masks: readonly Rle[], size: readonly [number, number]): void {
  checkMasks(masks);
  checkSize(size);
  const [height, width] = size;
  masks.forEach((mask, index) => {
    if (mask.size[0] === height && mask.size[1] === width) return;
    throw InputError.expected(
      `masks[${index}]`,
      `a mask of [${height}, ${width}] ([height, width], as the image)`,
      mask.size,
      "padRle and cropRle change sizes",
    );
  });
}

/** @throws {InputError} `values`, where they are given, are not one for each mask */
export function checkOneEach(
  values: readonly unknown[] | undefined,
  masks: readonly Rle[],
  name: string,
): void {
  if (values === undefined) return;
  const count = typeof values === "object" ? values?.length : undefined;
  if (count === masks.length) return;
  const got = count ?? describeValue(values);
  throw InputError.expected(name, `one for each of ${masks.length} masks`, got);
}

/**
 * @param indices  the class of each mask, as a place in the list of classes
 * @param count    how many classes there are
 * @throws {InputError} the indices are not one for each mask, or one is none of a class
 */
export function checkClasses(
  indices: readonly number[] | undefined,
  masks: readonly Rle[],
  count = Number.POSITIVE_INFINITY,
): void {
  checkOneEach(indices, masks, "classes");
  indices?.forEach((index, at) => {
    if (Number.isSafeInteger(index) && index >= 0 && index < count) return;
    const places =
      count === Number.POSITIVE_INFINITY ? "a whole number >= 0" : `a place in a list of ${count} classes`;
    throw InputError.expected(`classes[${at}]`, places, index);
  });
}
