import { ConfigError, type ModelFile } from "@sam2js/core";
import { checkFile } from "../arguments/check-files.js";
import { MAX_JSON_BYTES, MAX_JSON_DEPTH } from "../limits.js";
import { parseStrictJson, type StrictJson, StrictJsonProblem } from "./strict-json.js";

/**
 * Reads a JSON file of a model, such as `config.json`.
 *
 * @param where  what messages call the file, for example `facebook/sam2.1-hiera-tiny/config.json`
 * @throws {ConfigError} larger than 1 MiB, not UTF-8, not JSON, a key given twice, or nested deeper than 64 levels
 */
export async function readJson(file: ModelFile, where: string, signal?: AbortSignal): Promise<unknown> {
  checkFile(file);
  if (file.sizeBytes > MAX_JSON_BYTES) {
    throw new ConfigError(
      `${where}: expected at most ${MAX_JSON_BYTES} bytes, got ${file.sizeBytes}; this is no config of a model`,
      { name: where, expected: MAX_JSON_BYTES, got: file.sizeBytes },
    );
  }
  try {
    return toPlain(parseStrictJson(await file.read(0, file.sizeBytes, signal), MAX_JSON_DEPTH));
  } catch (problem) {
    if (!(problem instanceof StrictJsonProblem)) throw problem;
    const got = problem.message;
    throw ConfigError.expected(where, "JSON", got, "download the file again");
  }
}

function toPlain(value: StrictJson): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, member]) => [key, toPlain(member)]));
}
