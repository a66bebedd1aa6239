import type { OpenModelOptions } from "@sam2js/checkpoint";
import type { Dtype, Runtime } from "@sam2js/core";
import { AutoModelForMaskGeneration, type SegmentationModel } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime, type NodeDevice } from "@sam2js/runtime-node";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import { resolveModel } from "./resolve-model.js";
import { type SourceCommandOptions, sourceOptions } from "./source-options.js";

/** Options that every command with a model has. */
export interface ModelCommandOptions extends SourceCommandOptions {
  readonly model: string;
  readonly device?: NodeDevice | "auto" | undefined;
  readonly dtype?: Dtype | undefined;
  readonly threads?: number | undefined;
  readonly imageSize?: number | undefined;
  /** Whether the sessions of clicks are made while loading, as by default; a command that only encodes says no. */
  readonly warmUp?: boolean | undefined;
}

export interface LoadedModel {
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
}

/**
 * Loads model and processor for the time of `work`, and gives everything back after it, however it ends.
 *
 * @param beside  begins with what needs no model, while it is loaded
 */
export async function withModel<T>(
  options: ModelCommandOptions,
  io: ConsoleIo,
  work: (loaded: LoadedModel) => Promise<T>,
  beside: (runtime: Runtime) => void = () => undefined,
): Promise<T> {
  const runtime = createNodeRuntime({ device: options.device, threads: options.threads });
  const progress = createProgress(io, options.model);
  try {
    const shared: Omit<OpenModelOptions, "store"> & { imageSize?: number | undefined } = {
      ...(await sourceOptions(options)),
      imageSize: options.imageSize,
      signal: io.signal,
      onProgress: progress.onProgress,
    };
    const reference = resolveModel(options.model);
    const loading = AutoModelForMaskGeneration.fromPretrained(reference, {
      ...shared,
      runtime,
      dtype: options.dtype,
      warmUp: options.warmUp,
      onWarning: (text) => io.note(`note: ${text}`),
    });
    beside(runtime);
    const model = await loading;
    const processor = await Sam2Processor.fromPretrained(reference, { ...shared, runtime });
    progress.stop();
    return await work({ model, processor });
  } finally {
    progress.stop();
    await runtime.dispose();
  }
}
