import { checkFunction, checkIterable, InputError } from "@sam2js/core";
import { type BatchEntry, parseEntry } from "./batch-entry.js";

const LINES = "lines, as readLines(…) gives them";
const RESOLVE = "a function from a path or URL to { image, name }";

/** Makes a path or URL of a list one that every worker can open, and says what results call it. */
export type ResolveImage = (image: string) => { readonly image: string; readonly name: string };

/**
 * The entries of a manifest of JSON lines: `{"image": "a.jpg", "objects": [{"id": "cup", "points": [[500, 375]]}]}`. A line that is none becomes an entry
 * with an error, so that the others are done.
 *
 * @param where  the file, for messages
 */
export async function* manifestEntries(
  lines: AsyncIterable<string>,
  where: string,
  resolve: ResolveImage,
): AsyncGenerator<BatchEntry> {
  checkIterable(lines, "lines", LINES);
  checkFunction(resolve, "resolve", RESOLVE);
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const place = `${where}:${number}`;
    try {
      yield parseEntry(parseLine(line, place), place, resolve);
    } catch (error) {
      if (!InputError.isInstance(error)) throw error;
      yield { image: "", name: place, error: { code: error.code, message: error.message } };
    }
  }
}

/** The entries of a list with a path or URL a line. Blank lines and those that begin with `#` are passed over. */
export async function* listEntries(
  lines: AsyncIterable<string>,
  resolve: ResolveImage,
): AsyncGenerator<BatchEntry> {
  checkIterable(lines, "lines", LINES);
  checkFunction(resolve, "resolve", RESOLVE);
  for await (const line of lines) {
    const image = line.trim();
    if (image !== "" && !image.startsWith("#")) yield resolve(image);
  }
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ""));
  } catch {
    throw InputError.expected(place, 'JSON such as {"image": "a.jpg"}', "other text");
  }
}
