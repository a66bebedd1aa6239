import type { ImageModelConfig, TensorLike } from "@sam2js/core";
import { checkMaskPrompts, type PromptRows } from "@sam2js/embeddings";
import { type BroadcastRows, broadcastRows } from "./broadcast.js";
import type { DecodeOptions } from "./mask-decoder.js";
import { maskPromptOfImage } from "./mask-prompt.js";
import type { Sam2Inputs } from "./sam2-outputs.js";

/**
 * What each image of a batch is decoded with beside its prompts.
 *
 * @throws {ShapeError} masks or PerSAM's tensors do not fit the prompts  @throws {InputError} a mask has a logit that is no finite number
 */
export function decodeOptions(
  inputs: Sam2Inputs,
  prompts: readonly PromptRows[],
  config: ImageModelConfig,
): DecodeOptions[] {
  const masks = inputs.inputMasks == null ? undefined : checkMaskPrompts(inputs.inputMasks);
  const batchSize = prompts.length;
  const { numMultimaskOutputs, hiddenSize, numAttentionHeads } = config.maskDecoderConfig;
  return prompts.map(({ count, tokens }, image) => {
    const { targetEmbedding, attentionSimilarity } = inputs;
    const allTokens = 2 + numMultimaskOutputs + 1 + tokens;
    const similarityShape = [batchSize * count, numAttentionHeads, allTokens, config.embeddingSize ** 2];
    const begin = image * count;
    return {
      multimask: inputs.multimaskOutput ?? true,
      signal: inputs.signal,
      attentions: inputs.outputAttentions,
      masks: masks && maskPromptOfImage(masks, image, count, batchSize, config.maskSize),
      targetEmbedding:
        targetEmbedding == null
          ? undefined
          : targetOfImage(targetEmbedding, image, [batchSize, count, allTokens, hiddenSize]),
      attentionSimilarity:
        attentionSimilarity == null
          ? undefined
          : broadcastRows(
              "attentionSimilarity",
              attentionSimilarity,
              similarityShape,
              begin,
              begin + count,
              [1, 2],
            ),
    };
  });
}

/** What is broadcast to [B, N, T, C], for one image: [N, T or 1, C]. */
function targetOfImage(value: TensorLike, image: number, shape: readonly number[]): BroadcastRows {
  const { data, dims } = broadcastRows("targetEmbedding", value, shape, image, image + 1, [2]);
  return { data, dims: dims.slice(1) };
}
