import { isTensorLike } from "../tensor/tensor.js";

/** A few words that tell a person what a value is, for error messages. Never long, never fails. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return String(value);
  if (isTensorLike(value)) return `${withArticle(value.type)} tensor [${value.dims.join(", ")}]`;
  if (Array.isArray(value)) return describeArray(value);
  if (ArrayBuffer.isView(value))
    return `${withArticle(value.constructor?.name ?? "view")} of ${value.byteLength} bytes`;
  if (value instanceof Promise) return "a Promise: await it";
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  if (typeof name === "string" && name !== "Object") return withArticle(name);
  const keys = Object.keys(value);
  const shown = keys.slice(0, 6).join(", ");
  return keys.length === 0 ? "{}" : `an object with ${shown}${keys.length > 6 ? ", …" : ""}`;
}

/** "a Blob", "an ImageData"; the u of names is that of "unit". */
function withArticle(name: string): string {
  return `${/^[aeio]/i.test(name) ? "an" : "a"} ${name}`;
}

function describeArray(value: readonly unknown[]): string {
  const items = value.slice(0, 4).map((item) => (Array.isArray(item) ? "[…]" : describeValue(item)));
  return `[${items.join(", ")}${value.length > 4 ? ", …" : ""}] (${nesting(value)} levels deep, ${value.length} long)`;
}

/** How deep arrays nest, going by first elements, as far as 9. */
function nesting(value: unknown): number {
  let depth = 0;
  for (let item = value; Array.isArray(item) && depth < 9; item = item[0]) depth += 1;
  return depth;
}
