import { CheckpointError, type ModelFile } from "@sam2js/core";
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
  const refuse = (expected: string, got: string | number): never => {
    throw CheckpointError.expected(where, expected, got, "get the file again");
  };
  if (file.sizeBytes > MAX_INDEX_BYTES) {
    refuse(`at most ${MAX_INDEX_BYTES} bytes`, file.sizeBytes);
  }
  const bytes = await file.read(0, file.sizeBytes, signal);
  let root: StrictJson;
  try {
    root = parseStrictJson(bytes, MAX_HEADER_DEPTH, MAX_TENSORS);
  } catch (problem) {
    if (!(problem instanceof StrictJsonProblem)) throw problem;
    return refuse("JSON", problem.message);
  }
  const weightMap = root instanceof Map ? root.get("weight_map") : undefined;
  if (!(weightMap instanceof Map)) return refuse("an object with a weight_map", "none");
  if (weightMap.size > MAX_TENSORS) {
    refuse(`at most ${MAX_TENSORS} tensors in weight_map`, weightMap.size);
  }
  const shards = new Map<string, string>();
  for (const [name, shard] of weightMap) {
    if (typeof shard !== "string") {
      return refuse(`a file name for tensor ${JSON.stringify(name.slice(0, 200))}`, typeof shard);
    }
    shards.set(name, shard);
  }
  const count = new Set(shards.values()).size;
  if (count > MAX_SHARDS) refuse(`at most ${MAX_SHARDS} shards`, count);
  return shards;
}
