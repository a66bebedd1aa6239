import { checkText, checkTexts } from "@sam2js/core";

/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i;
const MAX_LENGTH = 80;

/** A part of a file name out of any text: nothing that a file system refuses, and no way out of the folder. */
export function safeName(text: string): string {
  checkText(text, "text");
  const plain = text
    .normalize("NFC")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not stand in a file name
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*%]+/g, "_")
    .replace(/^[.\s]+/, "");
  const short = [...plain]
    .slice(0, MAX_LENGTH)
    .join("")
    .replace(/[.\s]+$/, "");
  // What stands before the first dot is what Windows takes for a device.
  return short.replace(RESERVED, "$&_") || "_";
}

/** Different names for different texts, in the order of the list; equal ones get a number. */
export function uniqueNames(texts: readonly string[]): string[] {
  checkTexts(texts, "texts", "a list of texts");
  const taken = new Set<string>();
  return texts.map((text) => {
    const plain = safeName(text);
    let name = plain;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${plain}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
