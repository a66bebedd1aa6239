import { ConfigError, InputError, type Runtime } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { AutoVideoModel, Sam2VideoProcessor, type VideoSegmentationModel } from "@sam2js/video";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import { resolveModel } from "../model/resolve-model.js";
import { sourceOptions } from "../model/source-options.js";
import type { ModelCommandOptions } from "../model/with-model.js";

export interface LoadedVideoModel {
  readonly model: VideoSegmentationModel;
  readonly processor: Sam2VideoProcessor;
  readonly runtime: Runtime;
}

/** Loads a video model and its processor for the time of `work`, and gives everything back after it, however it ends. */
export async function withVideoModel<T>(
  options: ModelCommandOptions,
  io: ConsoleIo,
  work: (loaded: LoadedVideoModel) => Promise<T>,
): Promise<T> {
  const runtime = createNodeRuntime({ device: options.device, threads: options.threads });
  const progress = createProgress(io, options.model);
  try {
    const shared = {
      ...(await sourceOptions(options)),
      imageSize: options.imageSize,
      signal: io.signal,
      onProgress: progress.onProgress,
      runtime,
    };
    const reference = resolveModel(options.model);
    const onWarning = (text: string) => io.note(`note: ${text}`);
    const model = await AutoVideoModel.fromPretrained(reference, {
      ...shared,
      dtype: options.dtype,
      onWarning,
    }).catch((error) => {
      throw isOtherKind(error) ? imagesOnly(options.model, error) : error;
    });
    const processor = await Sam2VideoProcessor.fromPretrained(reference, shared);
    progress.stop();
    return await work({ model, processor, runtime });
  } finally {
    progress.stop();
    await runtime.dispose();
  }
}

function isOtherKind(error: unknown): error is ConfigError {
  return ConfigError.isInstance(error) && error.message.startsWith("model_type");
}

function imagesOnly(model: string, cause: Error): InputError {
  return new InputError(
    `--model: ${model} is a model for images and cannot follow objects; take one for videos, for example --model yonigozlan/EdgeTAM-hf`,
    { cause, model },
  );
}
