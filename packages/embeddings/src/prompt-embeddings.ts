import {
  checkOptions,
  type ImageModelConfig,
  InputError,
  type SessionCache,
  Tensor,
  type TensorLike,
  type WeightTable,
} from "@sam2js/core";
import { maskPromptGraph, pointPromptGraph } from "@sam2js/graph";
import { joinRows, repeatRows } from "./arrange.js";
import { checkMaskPrompts } from "./check-mask-prompts.js";
import type { PromptEmbeddingInputs } from "./prompt-inputs.js";
import { promptRows } from "./prompt-rows.js";

/** What the prompt encoder gives. */
export interface PromptEmbeddings {
  /** float32 [B, N, T, C]; missing where there are neither points nor boxes. */
  readonly sparseEmbeddings?: Tensor<"float32">;
  /** float32 [B, C, h, w]; of masks [B, N, H, W] it is [B·N, C, H/4, W/4]. */
  readonly denseEmbeddings: Tensor<"float32">;
}

const INPUTS = ["inputPoints", "inputLabels", "inputBoxes", "inputMasks", "signal"];

/** Where the prompt encoder of a model finds what it needs. */
interface Source {
  readonly config: ImageModelConfig;
  readonly weights: WeightTable;
  readonly sessions: SessionCache;
}

/**
 * The output of the prompt encoder. Masks keep their size, as in the reference.
 *
 * @throws {InputError} an unknown input, labels without points  @throws {ShapeError} prompts that do not fit together
 */
export async function promptEmbeddings(
  inputs: PromptEmbeddingInputs,
  source: Source,
): Promise<PromptEmbeddings> {
  checkOptions(inputs, INPUTS, "getPromptEmbeddings");
  const { inputMasks, signal, ...prompts } = inputs;
  const { inputPoints, inputBoxes } = prompts;
  const sparse =
    inputPoints != null || inputBoxes != null || prompts.inputLabels != null
      ? await sparseEmbeddings(prompts, source, signal)
      : undefined;
  const dense =
    inputMasks != null
      ? await denseEmbeddings(checkMaskPrompts(inputMasks), source, signal)
      : await noMaskEmbedding(source, sparse?.dims[0] ?? 1);
  return { ...(sparse && { sparseEmbeddings: sparse }), denseEmbeddings: dense };
}

async function sparseEmbeddings(
  prompts: Omit<PromptEmbeddingInputs, "inputMasks">,
  { config, weights, sessions }: Source,
  signal: AbortSignal | undefined,
): Promise<Tensor<"float32"> | undefined> {
  const images = promptRows(prompts);
  const session = await sessions.get("point-prompt", () => pointPromptGraph(config, weights));
  const parts: Tensor<"float32">[][] = [];
  for (const { points, labels, count, tokens } of images) {
    const run = {
      points: new Tensor("float32", points, [count, tokens, 2]),
      labels: new Tensor("int32", labels, [count, tokens]),
    };
    const { sparse_embeddings } = await session.run(run, { signal });
    parts.push([sparse_embeddings.reshape([1, ...sparse_embeddings.dims])]);
  }
  return joinRows(parts)[0];
}

async function denseEmbeddings(
  masks: TensorLike<"float32">,
  { config, weights, sessions }: Source,
  signal: AbortSignal | undefined,
): Promise<Tensor<"float32">> {
  const [images = 0, objects = 0, height = 0, width = 0] = masks.dims;
  const size = [height, width] as const;
  if (height % 4 !== 0 || width % 4 !== 0) {
    throw new InputError(
      `inputMasks: expected sides that are multiples of 4, got ${height} x ${width}; resize the masks`,
      { name: "inputMasks", expected: "multiples of 4", got: size },
    );
  }
  const session = await sessions.get(`mask-prompt ${size}`, () => maskPromptGraph(config, weights, { size }));
  const mask = new Tensor("float32", masks.data, [images * objects, 1, height, width]);
  return (await session.run({ mask }, { signal })).dense_embeddings;
}

/** `no_mask_embed` on every cell, float32 [B, C, h, w]. */
async function noMaskEmbedding({ config, weights }: Source, batchSize: number): Promise<Tensor<"float32">> {
  const vector = await weights.read("prompt_encoder.no_mask_embed.weight");
  const side = config.embeddingSize;
  const plane = new Float32Array(vector.length * side * side);
  for (const [channel, value] of vector.entries()) {
    plane.fill(value, channel * side * side, (channel + 1) * side * side);
  }
  return repeatRows(new Tensor("float32", plane, [1, vector.length, side, side]), batchSize);
}
