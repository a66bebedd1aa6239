import type { JsonObject, ModelFile } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { type FoundConfig, findConfig } from "./find-config.js";
import { joinTensors } from "./join-tensors.js";
import { POINT_EMBEDDINGS, renameMeta } from "./meta-names.js";
import { readState } from "./read-state.js";
import { splitKeysAndValues } from "./split-tensors.js";

/** A checkpoint of PyTorch, as if it were one of the reference. */
export interface PytorchCheckpoint extends FoundConfig {
  readonly tensors: ReadonlyMap<string, TensorRecord>;
}

const POSITIONS = "prompt_encoder.shared_embedding.positional_embedding";
/** The reference has the tensor twice. */
const SAME_POSITIONS = "shared_image_embedding.positional_embedding";

/**
 * Reads a `.pt` file in Meta's layout: its tensors, by the reference's names and where they lie, and the config that they tell of. Only the
 * four point embeddings are copied.
 *
 * @param given  parts of a `config.json` that are known otherwise
 * @param where  what messages call the file
 * @throws {CheckpointError} the file is damaged, holds other objects than tensors, or is no model of SAM 2 or EdgeTAM
 */
export async function readPytorch(
  file: ModelFile,
  given: JsonObject,
  where: string,
  signal?: AbortSignal,
): Promise<PytorchCheckpoint> {
  const renamed = renameMeta(await readState(file, where, signal), where);
  const tensors = new Map(splitKeysAndValues(renamed, where));
  const points = [...tensors.values()]
    .filter(({ name }) => POINT_EMBEDDINGS.test(name))
    .sort((a, b) => indexOf(a) - indexOf(b));
  if (points.length > 0) {
    for (const { name } of points) tensors.delete(name);
    const name = "prompt_encoder.point_embed.weight";
    tensors.set(name, await joinTensors(name, points, where, signal));
  }
  const positions = tensors.get(POSITIONS);
  if (positions && !tensors.has(SAME_POSITIONS))
    tensors.set(SAME_POSITIONS, { ...positions, name: SAME_POSITIONS });
  return { tensors, ...findConfig(tensors, given, where) };
}

function indexOf({ name }: TensorRecord): number {
  return Number(POINT_EMBEDDINGS.exec(name)?.[1]);
}
