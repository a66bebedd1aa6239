import type { RuntimeCapabilities } from "@sam2js/core";
import {
  type FromPretrainedOptions,
  type Loaded,
  loadPretrained,
  type ModelDefinition,
} from "./load-pretrained.js";
import type { ModelReference } from "./open/model-source.js";

/**
 * What a model class says about itself, where its config can be made for another image size.
 *
 * @param parse    reads the config from the object of a `config.json`
 * @param tensors  what the class wants of a checkpoint
 * @param ready    whether ready-made ONNX files will do, else what they lack
 */
export function modelDefinition<C extends { withImageSize(size: number): unknown }>(
  className: string,
  parse: (json: unknown) => C,
  tensors: ModelDefinition<C>["tensors"],
  ready?: ModelDefinition<C>["ready"],
): ModelDefinition<C> {
  return {
    className,
    ready,
    config(json, imageSize) {
      const config = parse(json);
      return imageSize === undefined ? config : (config.withImageSize(imageSize) as C);
    },
    tensors,
  };
}

/** Loads a checkpoint into the class that `make` knows, and makes the sessions that its users wait for, unless they want none. */
export async function loadModel<C, M extends { warmUp(signal: AbortSignal | undefined): Promise<void> }>(
  model: ModelReference,
  options: FromPretrainedOptions,
  definition: ModelDefinition<C>,
  make: (loaded: Loaded<C>, capabilities: RuntimeCapabilities) => M,
): Promise<M> {
  const loaded = await loadPretrained(model, options, definition);
  const made = make(loaded, await loaded.runtime.capabilities());
  if (options.warmUp ?? true) await made.warmUp(options.signal);
  return made;
}
