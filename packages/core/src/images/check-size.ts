import { InputError } from "../errors/errors.js";
import { describeValue } from "../options/describe-value.js";

/** @throws {InputError} `size`, by the name that messages have for it, is not [height, width] in whole pixels */
export function checkSize(size: readonly [number, number], name = "size"): void {
  const isSize =
    Array.isArray(size) && size.length === 2 && size.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (!isSize) throw InputError.expected(name, "[height, width] in whole pixels", describeValue(size));
}
