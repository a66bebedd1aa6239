import { InputError } from "@sam2js/core";
import type { Prompt } from "../schemas/segment.js";

/**
 * What the objects of a request are called: their ids, or their places in the list.
 *
 * @throws {InputError} two have one name, so that nobody could tell their masks apart
 */
export function objectNames(objects: readonly Prompt[]): (string | number)[] {
  const names = objects.map(({ id }, index) => id ?? index);
  if (new Set(names).size < names.length)
    throw InputError.expected("objects", "each object once", names.join(", "), "give each its own id");
  return names;
}
