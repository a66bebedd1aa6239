import { readFile } from "node:fs/promises";
import { InputError, NotFoundError } from "@sam2js/core";
import { decodeText } from "./decode-text.js";

/**
 * Reads a file of JSON as editors write it: see {@link decodeText}.
 *
 * @param option  what gave the path, for messages: `"--prompts"`
 * @throws {NotFoundError} there is no such file  @throws {InputError} it is no JSON, or text of another encoding
 */
export async function readJsonFile(path: string, option: string): Promise<unknown> {
  const bytes = await readFile(path).catch((cause) => {
    throw new NotFoundError(`${option}: ${path} cannot be read (${cause.message})`, { path, cause });
  });
  return parseJson(decodeText(bytes, path), path);
}

/** @param what  where the text is from, for messages  @throws {InputError} it is no JSON */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${what}: expected JSON, got text that is none (${(cause as Error).message})`, {
      expected: "JSON",
      got: "other text",
      cause,
    });
  }
}
