import { createReadStream } from "node:fs";
import { InputError, NotFoundError, Sam2Error } from "@sam2js/core";
import { decodeText } from "./decode-text.js";
import { checkTextSize, gather } from "./gather.js";

/**
 * Reads a file of JSON as editors write it: see {@link decodeText}.
 *
 * @param option  what gave the path, for messages: `"--prompts"`
 * @throws {NotFoundError} there is no such file  @throws {InputError} it is no JSON, or text of another encoding, or far too long
 */
export async function readJsonFile(path: string, option: string): Promise<unknown> {
  const bytes = await gather(createReadStream(path), (size) => checkTextSize(size, path)).catch((cause) => {
    if (Sam2Error.isInstance(cause)) throw cause;
    throw new NotFoundError(`${option}: ${path} cannot be read (${cause.message})`, { path, cause });
  });
  return parseJson(decodeText(bytes, path), path);
}

/** @param what  where the text is from, for messages  @throws {InputError} it is no JSON */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = `text that is none (${(cause as Error).message})`;
    throw InputError.expected(what, "JSON", got, undefined, cause);
  }
}
