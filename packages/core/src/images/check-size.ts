import { InputError } from "../errors/errors.js";
import { describeValue } from "../options/describe-value.js";

/** @throws {InputError} `size` is not [height, width] in whole pixels */
export function checkSize(size: readonly [number, number]): void {
  const isSize =
    Array.isArray(size) && size.length === 2 && size.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (!isSize) throw InputError.expected("size", "[height, width] in whole pixels", describeValue(size));
}
