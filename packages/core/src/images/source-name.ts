import { describeValue } from "../options/describe-value.js";

/** Longest name in a message, in characters. */
const MOST_CHARACTERS = 200;

/**
 * What messages and results call the place that an image comes from. Signatures, passwords and whole files in text stay out.
 *
 * @returns a path as it is; an address without login, query and fragment; `"data: URL"`; the name of a `File`
 */
export function sourceName(source: unknown): string {
  if (typeof source === "object" && source !== null && !(source instanceof URL)) {
    const { name } = source as { readonly name?: unknown };
    return typeof name === "string" && name !== "" && source instanceof Blob ? name : "image";
  }
  if (typeof source !== "string" && !(source instanceof URL)) return describeValue(source);
  const text = String(source);
  if (/^data:/i.test(text)) return "data: URL";
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !/^file:/i.test(text);
  const shown = isAddress ? text.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//") : text;
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, 40)}…` : shown;
}
