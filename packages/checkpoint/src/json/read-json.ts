import { ConfigError, type ModelFile } from "@sam2js/core";
import { MAX_JSON_BYTES, MAX_JSON_DEPTH } from "../limits.js";

/**
 * Reads a JSON file of a model, such as `config.json`.
 *
 * @param where  what messages call the file, for example `facebook/sam2.1-hiera-tiny/config.json`
 * @throws {ConfigError} larger than 1 MiB, not UTF-8, not JSON, or nested deeper than 64 levels
 */
export async function readJson(file: ModelFile, where: string, signal?: AbortSignal): Promise<unknown> {
  if (file.sizeBytes > MAX_JSON_BYTES) {
    throw new ConfigError(
      `${where}: expected at most ${MAX_JSON_BYTES} bytes, got ${file.sizeBytes}; this is no config of a model`,
      { file: where, sizeBytes: file.sizeBytes },
    );
  }
  const text = decodeUtf8(await file.read(0, file.sizeBytes, signal));
  if (text === undefined) {
    throw new ConfigError(`${where}: expected UTF-8 text, got other bytes; download the file again`, {
      file: where,
    });
  }
  if (jsonDepth(text) > MAX_JSON_DEPTH) {
    throw new ConfigError(`${where}: expected at most ${MAX_JSON_DEPTH} levels of nesting, got more`, {
      file: where,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `${where}: expected JSON, got text that is none (${said}); download the file again`,
      {
        cause,
        file: where,
      },
    );
  }
}

/** Text of UTF-8 bytes, a byte order mark dropped; undefined for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The deepest nesting of arrays and objects, brackets inside strings left out. */
function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++)
        if (text.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x7b || code === 0x5b) {
      deepest = Math.max(deepest, ++depth);
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return deepest;
}
