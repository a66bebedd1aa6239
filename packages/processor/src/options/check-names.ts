import { InputError } from "@sam2js/core";
import { describe } from "../describe.js";

/**
 * Checks that an options object has no other names than these, so that a misspelt option does not go unnoticed.
 *
 * @param what  what messages call the object
 * @throws {InputError} it is no object, or has another name
 */
export function checkNames(options: unknown, names: readonly string[], what: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InputError(`${what}: expected an object, got ${describe(options)}`, { name: what });
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const plain = name.replaceAll("_", "").toLowerCase();
    const meant = names.find((one) => one.toLowerCase() === plain);
    throw new InputError(
      `${what}: expected ${names.join(", ")}, got ${JSON.stringify(name)}${meant ? `; write ${meant}` : "; leave it out"}`,
      { name: what, option: name },
    );
  }
}
