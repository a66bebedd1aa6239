import { InputError } from "../errors/errors.js";
import { describeValue } from "../options/describe-value.js";

/** A path or URL as text. @throws {InputError} it is something else, whose text would be looked for as a file */
export function imageAddress(source: string | URL): string {
  if (typeof source === "string" || source instanceof URL) return String(source);
  throw InputError.expected("image", "a path, a URL or a Blob", describeValue(source));
}
