import { CheckpointError, type ModelFile } from "@sam2js/core";
import { decodeUtf8 } from "../json/read-json.js";
import { parseStrictJson, type StrictJson, StrictJsonProblem } from "../json/strict-json.js";
import { MAX_HEADER_DEPTH, MAX_INDEX_BYTES, MAX_SHARDS, MAX_TENSORS } from "../limits.js";

/**
 * Reads `model.safetensors.index.json`.
 *
 * @param where  what messages call the file
 * @returns tensor name to file name of its shard; the file names are not checked
 * @throws {CheckpointError} too large, no JSON, no `weight_map` of strings, or too many tensors or shards
 */
export async function parseShardIndex(
  file: ModelFile,
  where: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const refuse = (expected: string, cause?: unknown): never => {
    throw new CheckpointError(`${where}: ${expected}; get the file again`, { cause, file: where });
  };
  if (file.sizeBytes > MAX_INDEX_BYTES) {
    refuse(`expected at most ${MAX_INDEX_BYTES} bytes, got ${file.sizeBytes}`);
  }
  const text = decodeUtf8(await file.read(0, file.sizeBytes, signal));
  if (text === undefined) return refuse("expected UTF-8 text, got other bytes");
  let root: StrictJson;
  try {
    root = parseStrictJson(text, MAX_HEADER_DEPTH, MAX_TENSORS);
  } catch (problem) {
    if (!(problem instanceof StrictJsonProblem)) throw problem;
    return refuse(`expected JSON: ${problem.message}`, problem);
  }
  const weightMap = root instanceof Map ? root.get("weight_map") : undefined;
  if (!(weightMap instanceof Map)) return refuse("expected an object with a weight_map, got none");
  if (weightMap.size > MAX_TENSORS) {
    refuse(`expected at most ${MAX_TENSORS} tensors in weight_map, got ${weightMap.size}`);
  }
  const shards = new Map<string, string>();
  for (const [name, shard] of weightMap) {
    if (typeof shard !== "string") {
      return refuse(`weight_map: expected a file name for tensor ${JSON.stringify(name.slice(0, 200))}`);
    }
    shards.set(name, shard);
  }
  const count = new Set(shards.values()).size;
  if (count > MAX_SHARDS) refuse(`expected at most ${MAX_SHARDS} shards, got ${count}`);
  return shards;
}
