/** The encoding of a file of text by its byte order mark, for `TextDecoder`, which drops the mark. UTF-8 without one; Windows writes UTF-16. */
export function textEncoding([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
