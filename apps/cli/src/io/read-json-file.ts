import { readFile } from "node:fs/promises";
import { InputError, NotFoundError } from "@sam2js/core";

/**
 * Reads a file of JSON as editors write it: UTF-8 or UTF-16, with or without a byte order mark.
 *
 * @param option  what gave the path, for messages: `"--prompts"`
 * @throws {NotFoundError} there is no such file  @throws {InputError} it is no JSON, or text of another encoding
 */
export async function readJsonFile(path: string, option: string): Promise<unknown> {
  const bytes = await readFile(path).catch((cause) => {
    throw new NotFoundError(`${option}: ${path} cannot be read (${cause.message})`, { path, cause });
  });
  return parseJson(decode(bytes, path), path);
}

/** @param what  where the text is from, for messages  @throws {InputError} it is no JSON */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new InputError(`${what}: expected JSON, got text that is none (${(cause as Error).message})`, {
      expected: "JSON",
      got: "other text",
      cause,
    });
  }
}

function decode(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  const encoding = isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(`${path}: expected text in UTF-8 or UTF-16, got other bytes; save it as UTF-8`, {
      expected: "UTF-8",
      got: "other bytes",
      cause,
    });
  }
}
