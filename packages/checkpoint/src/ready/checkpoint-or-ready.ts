import { checkOptions, type Dtype, NotFoundError, type WorkOptions } from "@sam2js/core";
import type { Checkpoint } from "../checkpoint.js";
import type { ModelFiles } from "../files/model-files.js";
import { loadCheckpoint } from "../load-checkpoint.js";
import { findReadyModel, type ReadyModel } from "./ready-model.js";

/**
 * Opens the checkpoint of a model; where there are no weights, its ready-made ONNX files.
 *
 * @param options  `dtype`: which of the graphs for transformers.js
 * @throws what {@link loadCheckpoint} and {@link findReadyModel} throw; a model with neither is a `NotFoundError`
 */
export async function loadCheckpointOrReady(
  files: ModelFiles,
  options: WorkOptions & { readonly dtype?: Dtype | undefined } = {},
): Promise<
  | { readonly checkpoint: Checkpoint; readonly ready?: undefined }
  | { readonly ready: ReadyModel; readonly checkpoint?: undefined }
> {
  checkOptions(options, ["dtype", "signal", "onProgress"], "loadCheckpointOrReady options");
  const { dtype, signal, onProgress } = options;
  try {
    return { checkpoint: await loadCheckpoint(files, { signal, onProgress }) };
  } catch (error) {
    const ready = NotFoundError.isInstance(error)
      ? await findReadyModel(files, { dtype, signal })
      : undefined;
    if (ready) return { ready };
    throw error;
  }
}
