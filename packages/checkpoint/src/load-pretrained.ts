import {
  checkMembers,
  checkOptions,
  type Dtype,
  describeValue,
  InputError,
  type OnProgress,
  type Runtime,
  UnsupportedError,
  type WeightSpec,
  type WeightTable,
} from "@sam2js/core";
import type { Checkpoint } from "./checkpoint.js";
import type { ModelFiles } from "./files/model-files.js";
import { OPEN_MODEL_OPTIONS, type OpenModelOptions, pickOpenOptions } from "./files/open-options.js";
import type { ModelReference } from "./open/model-source.js";
import { openModel } from "./open/open-model.js";
import { loadCheckpointOrReady } from "./ready/checkpoint-or-ready.js";
import type { ReadyModel } from "./ready/ready-model.js";
import { noCheckpoint, noWeights, refuseReady } from "./ready/ready-parts.js";

/** What every `fromPretrained` takes. */
export interface FromPretrainedOptions extends Omit<OpenModelOptions, "store"> {
  /** Runs the model: `createNodeRuntime()` or `createWebRuntime()`. It may serve several models; they do not dispose of it. */
  readonly runtime: Runtime;
  /** Computing type. Default `"fp32"`. */
  readonly dtype?: Dtype | undefined;
  /**
   * Side of the square input in pixels, when another than the config's is wanted: a multiple of 32 and of 4 times the first window size. Give
   * the processor the same. Smaller is faster (512 instead of 1024: about five times) and less exact.
   */
  readonly imageSize?: number | undefined;
  /**
   * Whether the sessions for the first image, and for its first prompts, are made while loading. Default true. `false` makes each when it is first
   * wanted, for programs that never want some of them: those that encode side by side, or only decode.
   */
  readonly warmUp?: boolean | undefined;
  /** Aborting rejects with `signal.reason`. What was downloaded stays in the store, and the next attempt goes on there. */
  readonly signal?: AbortSignal | undefined;
  /** Is told of downloads in bytes, and of tensors that have to be converted. */
  readonly onProgress?: OnProgress | undefined;
  /** Gets what is odd but no error (unknown tensors in the checkpoint). Default: `console.warn`. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** What a model class says about itself, so that loading is the same for all. */
export interface ModelDefinition<Config> {
  /** For messages. */
  readonly className: string;
  /** Reads the model's config from `config.json`, in the wanted image size. */
  config(json: unknown, imageSize: number | undefined): Config;
  /** Whether ready-made ONNX files will do; of a class that needs more, what they lack. */
  readonly ready?: true | string | undefined;
  /** @param found  the tensors of the checkpoint, whose names tell with what prefix it was saved */
  tensors(config: Config, found: Checkpoint["tensors"]): ModelTensors;
}

/** What a model class wants of the tensors of a checkpoint. */
export interface ModelTensors {
  /** Those that it needs. */
  readonly specs: readonly WeightSpec[];
  /** Those that belong to other classes, about which nobody is warned. */
  ignores(name: string): boolean;
  /** Those that `dtype` is meant for; the others stay fp32. */
  appliesDtype(name: string): boolean;
  /** Computing types that would change nothing, with what to do instead. */
  readonly unsuited?: Readonly<Partial<Record<Dtype, string>>> | undefined;
}

/** What {@link loadPretrained} hands to the constructor of a model class. */
export interface Loaded<Config> {
  /** For messages: Hub id, folder, URL. */
  readonly name: string;
  /** In the wanted image size. */
  readonly config: Config;
  /** The tensors of the definition's `specs`; optional ones may be missing. */
  readonly weights: WeightTable;
  /** The caller's, who disposes of it. */
  readonly runtime: Runtime;
  /** All tensors of the checkpoint, also those that the class has no use for. */
  readonly checkpoint: Checkpoint;
  /** The ONNX files that run instead, where these are the model: then there are no weights, and no tensors of a checkpoint. */
  readonly ready?: ReadyModel | undefined;
}

/**
 * For constructors of model classes, which JavaScript can call although they are private.
 *
 * @throws {InputError} a model was not loaded first
 */
export function requireLoaded(loaded: unknown, className: string): void {
  if (typeof loaded === "object" && loaded !== null && "weights" in loaded) return;
  const expected = `${className}.fromPretrained(…)`;
  throw new InputError(
    `${className}: expected ${expected}, got its constructor; call await ${expected}, which loads the weights`,
    { name: className, expected, got: loaded },
  );
}

const OPTION_NAMES = [...OPEN_MODEL_OPTIONS, "runtime", "dtype", "imageSize", "warmUp", "onWarning"];

/** Opens a model, reads and checks config and tensors, and hands out a table of weights. No graph is made yet. */
export async function loadPretrained<Config>(
  model: ModelReference,
  options: FromPretrainedOptions,
  definition: ModelDefinition<Config>,
): Promise<Loaded<Config>> {
  checkMembers(definition, "definition", "what modelDefinition(…) makes", "className");
  checkOptions(options, OPTION_NAMES, `${definition.className}.fromPretrained options`);
  // Callers of JavaScript may leave the options out, as Python's users do.
  const {
    runtime,
    signal,
    onProgress,
    onWarning = console.warn,
  }: Partial<FromPretrainedOptions> = options ?? {};
  if (!runtime || typeof runtime.createSession !== "function") {
    throw new InputError(
      `${definition.className}.fromPretrained: expected a runtime in the options; pass { runtime: createNodeRuntime() } or createWebRuntime()`,
    );
  }
  const { dtype = "fp32" } = options;
  const isRunnable = checkDtype(dtype, runtime); // starts the engine while the files are opened
  isRunnable.catch(() => undefined); // awaited below, unless the files fail before
  if (dtype !== "fp32") await isRunnable; // which every device runs; others are refused before a download
  const files = await openModel(model, { ...pickOpenOptions(options), store: runtime.store });
  const { checkpoint, ready } = await loadCheckpointOrReady(files, { dtype, signal, onProgress });
  if (ready) {
    await isRunnable;
    return loadReady(files, ready, options, definition);
  }
  const config = definition.config(checkpoint.config, options.imageSize);
  const { specs, ignores, appliesDtype, unsuited } = definition.tensors(config, checkpoint.tensors);
  const advice = unsuited?.[dtype];
  if (advice) {
    throw new UnsupportedError(`dtype: expected another than ${dtype} for ${files.name}; ${advice}`, {
      name: "dtype",
      got: dtype,
    });
  }
  const weights = await checkpoint.weights(specs, {
    dtype,
    appliesTo: appliesDtype,
    ignore: ignores,
    onWarning,
    signal,
    onProgress,
  });
  await isRunnable;
  return { name: files.name, config, weights, runtime, checkpoint };
}

/** What a class is made of where its model is ready-made ONNX files. */
async function loadReady<Config>(
  files: ModelFiles,
  ready: ReadyModel,
  { runtime, imageSize }: FromPretrainedOptions,
  definition: ModelDefinition<Config>,
): Promise<Loaded<Config>> {
  const { name } = files;
  if (definition.ready !== true) refuseReady(`${definition.className}: ${name}`, definition.ready);
  if (imageSize !== undefined && ready.imageSize !== undefined && imageSize !== ready.imageSize) {
    const advice = "leave imageSize out, or give the checkpoint";
    throw InputError.expected("imageSize", `${ready.imageSize}, as ${name} was exported`, imageSize, advice);
  }
  const json = ready.layout === "two-file" ? {} : ((await files.json("config.json")) ?? {});
  return {
    name,
    config: definition.config(json, imageSize ?? ready.imageSize),
    weights: noWeights(name, ready),
    runtime,
    checkpoint: noCheckpoint(name, ready, json),
    ready,
  };
}

const WHERE: Readonly<Record<Dtype, string>> = {
  fp32: "every device computes it",
  fp16:
    "it is for graphics devices, in browsers for WebGPU adapters with the feature shader-f16; take fp32, or on a processor q8, which is " +
    "faster and smaller there",
  q8: "it is for processors (cpu, wasm); take fp32, or fp16 where it is listed",
};

async function checkDtype(dtype: Dtype, runtime: Runtime): Promise<void> {
  const { dtypes, device } = await runtime.capabilities();
  if (!dtypes.includes(dtype)) {
    const known: readonly string[] = Object.keys(WHERE);
    const where = known.includes(dtype) ? `; ${WHERE[dtype]}` : "";
    throw new UnsupportedError(
      `dtype: expected one of ${dtypes.join(", ")} on ${device}, got ${describeValue(dtype)}${where}`,
      { name: "dtype", device, expected: dtypes, got: dtype },
    );
  }
}
