import { checkText } from "../options/check-value.js";
import { fileKind } from "./file-kind.js";

/** Characters whose bytes tell what a file is; a multiple of 4. */
const HEAD_CHARACTERS = 256;

/**
 * The bytes of an image file that stands as bare base64 in a text, as the reference takes it.
 *
 * @returns undefined where the text is no base64, or its bytes begin no picture
 */
export function base64Image(text: string): Uint8Array | undefined {
  checkText(text, "text");
  const head = text.slice(0, HEAD_CHARACTERS).replace(/\s/g, "");
  if (head.length < 16 || !/^[A-Za-z0-9+/]+={0,2}$/.test(head)) return undefined;
  const kind = fileKind(decode(head.slice(0, head.length - (head.length % 4))) ?? new Uint8Array());
  return kind.sort === "readable" || kind.sort === "maybe" || kind.sort === "picture"
    ? decode(text)
    : undefined;
}

function decode(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
