import { InputError } from "../errors/errors.js";

/**
 * Refuses NaN and infinities, which every comparison would silently take for "outside".
 *
 * @param name  of the numbers, for the message
 * @throws {InputError} a number is not finite
 */
export function checkFinite(values: ArrayLike<number>, name: string): void {
  // The sum of zeros becomes NaN at the first number that is not finite: much faster than asking for each.
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! * 0;
  if (sum === 0) return;
  const index = Array.from(values).findIndex((value) => !Number.isFinite(value));
  throw new InputError(
    `${name}: expected finite numbers, got ${values[index]} at index ${index}; look at what made them (float16 overflow, a division by 0)`,
    { name, index, expected: "finite numbers", got: values[index] },
  );
}
