import { CheckpointError, type ModelFile, NotFoundError, raceAbort, type WorkOptions } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { checkPath } from "../files/check-path.js";
import type { ModelFiles } from "../files/model-files.js";
import { MAX_TENSORS } from "../limits.js";
import { pairScales } from "./pair-scales.js";
import { parseShardIndex } from "./parse-shard-index.js";
import { readSafetensorsHeader } from "./read-header.js";
import { weightFiles } from "./weight-files.js";

/** All tensors of a model by name. */
export interface ReadTensors {
  readonly tensors: ReadonlyMap<string, TensorRecord>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the headers of `model.safetensors`, or of the shards that `model.safetensors.index.json` names.
 *
 * @throws {NotFoundError} the model has neither
 * @throws {CheckpointError} a header or the index is damaged or lies, or quantized tensors and scales do not fit
 * @throws {UnsupportedError} tensors are quantized in a form that is not known
 */
export async function readTensors(files: ModelFiles, options: WorkOptions): Promise<ReadTensors> {
  const { tensors, metadata } = await readFiles(files, options);
  return { tensors: pairScales(files.name, tensors, metadata), metadata };
}

async function readFiles(files: ModelFiles, options: WorkOptions): Promise<ReadTensors> {
  const names = weightFiles(files.variant);
  const single = await raceAbort(files.file(names.single), options.signal);
  if (single) return readSingle(`${files.name}/${names.single}`, single, options);
  const index = await raceAbort(files.file(names.index), options.signal);
  if (index) return readShards(files, index, `${files.name}/${names.index}`, options);
  throw new NotFoundError(
    `${files.name}: expected ${names.single} or ${names.index}, got neither; give the folder or repository that holds them, or a .pt file by its own path (owner/name/file.pt on the Hub)`,
    { name: files.name, expected: [names.single, names.index], got: undefined, file: names.single },
  );
}

async function readSingle(where: string, file: ModelFile, { signal }: WorkOptions): Promise<ReadTensors> {
  const { entries, metadata } = await readSafetensorsHeader(file, where, signal);
  return { tensors: new Map(entries.map((entry) => [entry.name, { ...entry, file }])), metadata };
}

async function readShards(
  files: ModelFiles,
  indexFile: ModelFile,
  where: string,
  { signal }: WorkOptions,
): Promise<ReadTensors> {
  const weightMap = await parseShardIndex(indexFile, where, signal);
  const tensors = new Map<string, TensorRecord>();
  const metadata = new Map<string, string>();
  for (const shard of new Set(weightMap.values())) {
    const file = await raceAbort(files.file(checkPath(shard, where)), signal);
    if (!file) {
      throw new CheckpointError(
        `${where}: expected the shard ${shard}, got no such file; get the missing file too`,
        { name: where, expected: shard, got: "no such file" },
      );
    }
    const header = await readSafetensorsHeader(file, `${files.name}/${shard}`, signal);
    for (const [key, value] of header.metadata) metadata.set(key, value);
    for (const entry of header.entries) {
      const owner = weightMap.get(entry.name);
      // A tensor that the index puts elsewhere is taken from there; one that it does not know is taken where it is.
      if (owner !== undefined && owner !== shard) continue;
      if (owner === undefined && tensors.has(entry.name)) {
        throw new CheckpointError(
          `${files.name}/${shard}: tensor ${JSON.stringify(entry.name.slice(0, 200))}: expected in one shard, got it in two, and the index does not say which counts; write the index again`,
          { name: entry.name, file: shard, expected: "one shard", got: "two" },
        );
      }
      tensors.set(entry.name, { ...entry, file });
    }
    if (tensors.size > MAX_TENSORS) {
      throw new CheckpointError(
        `${where}: expected at most ${MAX_TENSORS} tensors, got more; this is no SAM 2 model`,
        { name: where, expected: MAX_TENSORS, got: tensors.size },
      );
    }
  }
  for (const [name, shard] of weightMap) {
    if (tensors.has(name)) continue;
    throw new CheckpointError(
      `${where}: tensor ${JSON.stringify(name.slice(0, 200))}: expected in ${shard}, got a shard without it; shards and index do not belong together`,
      { name, file: where, expected: shard, got: "a shard without it" },
    );
  }
  return { tensors, metadata };
}
