import {
  type Checkpoint,
  loadCheckpointOrReady,
  type ModelReference,
  openModel,
  type ReadyModel,
  refuseReady,
} from "@sam2js/checkpoint";
import type { OnProgress } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import { resolveModel } from "./resolve-model.js";
import { type SourceCommandOptions, sourceOptions } from "./source-options.js";

/** A checkpoint, and what else of the same source is loaded with. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly reference: ModelReference;
  readonly runtime: ReturnType<typeof createNodeRuntime>;
  /** How the source is opened: where it is, the store, `signal` and progress. */
  readonly source: Awaited<ReturnType<typeof sourceOptions>> & {
    readonly store: ReturnType<typeof createNodeRuntime>["store"];
    readonly signal: AbortSignal;
    readonly onProgress: OnProgress;
  };
  /** Tells of what is odd but no error. */
  onWarning(text: string): void;
}

/**
 * Opens a checkpoint without making a model of it, for the time of `work`, and gives everything back after it, however it ends.
 *
 * @param ofReady  is asked instead where the model is ready-made ONNX files
 * @throws {UnsupportedError} it is, and there is no `ofReady`
 */
export async function withCheckpoint<T>(
  name: string,
  options: SourceCommandOptions,
  io: ConsoleIo,
  work: (opened: OpenedCheckpoint) => Promise<T>,
  ofReady: (ready: ReadyModel) => T = () => refuseReady(name),
): Promise<T> {
  const runtime = createNodeRuntime();
  const progress = createProgress(io, name);
  try {
    const { store } = runtime;
    const { signal } = io;
    const { onProgress } = progress;
    const reference = resolveModel(name);
    const source = { ...(await sourceOptions(options)), store, signal, onProgress };
    const files = await openModel(reference, source);
    const { checkpoint, ready } = await loadCheckpointOrReady(files, { signal, onProgress });
    if (ready) return ofReady(ready);
    const onWarning = (text: string) => io.note(`note: ${text}`);
    return await work({ checkpoint, reference, runtime, source, onWarning });
  } finally {
    progress.stop();
    await runtime.dispose();
  }
}

/** A config for another image size, where one is wanted. */
export function sized<C extends { withImageSize(size: number): C }>(
  config: C,
  imageSize: number | undefined,
): C {
  return imageSize === undefined ? config : config.withImageSize(imageSize);
}
