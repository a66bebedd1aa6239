import { checkMembers, checkOptions, elementCount, InputError, type SavedFile } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { weightFiles } from "../safetensors/weight-files.js";
import { listTensors } from "./list-tensors.js";
import { writeSafetensors } from "./write-safetensors.js";

/** What a checkpoint consists of. */
export interface CheckpointContent {
  /** The text of `config.json`: `Sam2Config.stringify()`. */
  readonly config: string;
  /** Every tensor to be saved, in the order in which they fill shards: `Checkpoint.tensors.values()`. */
  readonly tensors: Iterable<TensorRecord>;
  /** What goes beside the tensors: `Checkpoint.metadata`. Default `{ format: "pt" }`. */
  readonly metadata?: ReadonlyMap<string, string> | undefined;
}

/** How a checkpoint is saved. */
export interface SaveOptions {
  /** Tensors of more bytes in all are written in shards with an index, as the reference does by `max_shard_size`. Default 50,000,000,000. */
  readonly maxShardBytes?: number | undefined;
  /** Names the files of weights: `"fp16"` writes `model.fp16.safetensors`. */
  readonly variant?: string | undefined;
  /** Ends the writing; what was there before stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The files of a checkpoint as the reference's `save_pretrained` writes them: `config.json`, and `model.safetensors` or its shards with
 * `model.safetensors.index.json`. Nothing is read before they are written; see {@link saveFiles}.
 *
 * @throws {InputError} `maxShardBytes` is no number > 0
 */
export function checkpointFiles(content: CheckpointContent, options: SaveOptions = {}): readonly SavedFile[] {
  checkOptions(options, ["maxShardBytes", "variant", "signal"], "save options");
  checkMembers(content, "content", "a checkpoint's config and tensors", "config", "tensors");
  const { config, tensors, metadata } = content;
  const { maxShardBytes = 50e9, variant, signal } = options;
  if (!(maxShardBytes > 0)) {
    throw new InputError(`maxShardBytes: expected a number of bytes > 0, got ${maxShardBytes}`, {
      name: "maxShardBytes",
      expected: "a number > 0",
      got: maxShardBytes,
    });
  }
  const all = listTensors(tensors);
  const shards = split(all, maxShardBytes);
  const names = weightFiles(variant);
  const nameOf = (index: number) =>
    shards.length === 1 ? names.single : names.shard(index + 1, shards.length);
  const files: SavedFile[] = [{ name: "config.json", content: () => config }];
  for (const [i, shard] of shards.entries()) {
    files.push({ name: nameOf(i), content: () => writeSafetensors(shard, metadata, signal) });
  }
  if (shards.length === 1) return files;
  const places = shards.flatMap((shard, i) => shard.map(({ name }): [string, string] => [name, nameOf(i)]));
  const index = {
    metadata: {
      total_parameters: all.reduce((sum, { dims }) => sum + elementCount(dims), 0),
      total_size: all.reduce((sum, { byteLength }) => sum + byteLength, 0),
    },
    weight_map: Object.fromEntries(places.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return [...files, { name: names.index, content: () => `${JSON.stringify(index, null, 2)}\n` }];
}

/** Fills shards in order; a tensor that is larger than a shard has one of its own. */
function split(tensors: readonly TensorRecord[], maxShardBytes: number): TensorRecord[][] {
  const shards: TensorRecord[][] = [];
  let current: TensorRecord[] = [];
  let size = 0;
  for (const tensor of tensors) {
    if (tensor.byteLength > maxShardBytes) {
      shards.push([tensor]);
      continue;
    }
    if (size + tensor.byteLength > maxShardBytes) {
      shards.push(current);
      current = [];
      size = 0;
    }
    current.push(tensor);
    size += tensor.byteLength;
  }
  return current.length > 0 || shards.length === 0 ? [...shards, current] : shards;
}
