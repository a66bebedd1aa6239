import {
  bytesFile,
  type FromPretrainedOptions,
  type ModelSource,
  writeSafetensors,
} from "@sam2js/checkpoint";
import { checkOptions, elementCount, type ImageModelConfig, InputError, type WeightSpec } from "@sam2js/core";
import { sam2Weights } from "@sam2js/graph";

/** How a model without a checkpoint is made. */
export interface RandomWeightOptions
  extends Pick<FromPretrainedOptions, "runtime" | "dtype" | "signal" | "onProgress"> {
  /** A whole number from 0 to 2³² − 1, which the weights follow from. Default 0. */
  readonly seed?: number | undefined;
}

const OPTIONS = ["runtime", "dtype", "signal", "onProgress", "seed"];

/** A checkpoint of random weights in memory, and the options to load it with. */
export async function randomModel(
  config: ImageModelConfig,
  type: { new (state: never): ImageModelConfig },
  className: string,
  options: RandomWeightOptions,
): Promise<{ readonly model: ModelSource } & Omit<RandomWeightOptions, "seed">> {
  checkOptions(options, OPTIONS, `${className}.fromConfig`);
  if (!(config instanceof type)) {
    throw new InputError(
      `config: expected the config of ${className}, got another value; take what its parse() or defaults() gives`,
      { name: "config", expected: `the config of ${className}`, got: config },
    );
  }
  const { seed = 0, ...rest } = options ?? {};
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InputError(`seed: expected a whole number from 0 to 4294967295, got ${seed}`, {
      name: "seed",
      expected: "0 to 4294967295",
      got: seed,
    });
  }
  const specs = sam2Weights(config);
  const data = randomWeights(specs, config, seed);
  const file = bytesFile("weights", new Uint8Array(data.buffer));
  let byteOffset = 0;
  const tensors = specs.map(({ name, dims }) => {
    const byteLength = 4 * elementCount(dims);
    const tensor = { name, dtype: "F32", dims, file, byteOffset, byteLength } as const;
    byteOffset += byteLength;
    return tensor;
  });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of writeSafetensors(tensors)) pieces.push(piece as Uint8Array<ArrayBuffer>);
  const files = {
    "config.json": new TextEncoder().encode(config.stringify()),
    "model.safetensors": new Uint8Array(await new Blob(pieces).arrayBuffer()),
  };
  return { model: { name: `${className} of seed ${seed}`, files }, ...rest };
}

/**
 * The elements of all tensors one after the other: nearly normal numbers of `initializerRange`, zeros and ones where the reference has them.
 *
 * @see `Sam2PreTrainedModel._init_weights` of Hugging Face transformers
 */
function randomWeights(specs: readonly WeightSpec[], config: ImageModelConfig, seed: number): Float32Array {
  const data = new Float32Array(specs.reduce((sum, { dims }) => sum + elementCount(dims), 0));
  const random = uniform(seed);
  let at = 0;
  for (const { name, dims } of specs) {
    const own = data.subarray(at, at + elementCount(dims));
    at += own.length;
    if (/\.bias$|\.pos_embed|\.running_mean$|^no_memory_embedding$/.test(name)) continue; // zeros
    if (/(layer_norm\d?|\.bn)\.weight$|running_var$/.test(name)) own.fill(1);
    else fillNormal(own, random, deviationOf(name, config));
  }
  return data;
}

function deviationOf(name: string, { initializerRange, promptEncoderConfig }: ImageModelConfig): number {
  return name.endsWith("positional_embedding") ? promptEncoderConfig.scale : initializerRange;
}

/** Sums of four uniform numbers, which are nearly normal and, unlike logarithms and cosines, the same in every JavaScript engine. */
function fillNormal(out: Float32Array, random: () => number, deviation: number): void {
  const scale = deviation * Math.sqrt(3);
  for (let i = 0; i < out.length; i++) out[i] = scale * (random() + random() + random() + random() - 2);
}

/** Numbers from 0 to below 1 (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
