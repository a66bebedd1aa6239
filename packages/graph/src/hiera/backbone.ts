import type { Sam2HieraDetConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { type TokenMap, withTokens } from "../grid/token-map.js";
import type { AttentionForm } from "../layers/attention.js";
import { add } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import { hieraBlock } from "./hiera-block.js";
import { patchEmbedding } from "./patch-embedding.js";
import { planBlocks } from "./plan.js";
import { positionEmbedding } from "./position-embedding.js";

/** How a backbone is written. */
export interface BackboneOptions {
  readonly form: AttentionForm;
  /** Whether attention weights are asked for. */
  readonly wantsWeights: boolean;
}

/** Everything that somebody may want of the backbone. What no output asks for is not computed. */
export interface Backbone {
  /** The last block's map of each stage, finest first. */
  readonly stages: readonly TokenMap[];
  /** Of Hiera the embedded patches, then each block's output; of RepViT the last stage's. */
  readonly hidden: readonly TokenMap[];
  /** Attention weights per block, [windows, heads, queries, keys]; empty unless asked for. */
  readonly attentions: readonly Value[];
}

/**
 * The Hiera backbone.
 *
 *   x₀ = patches(pixels) + positions,  xᵢ = blockᵢ(xᵢ₋₁)
 *
 * @param pixels  [1, channels, height, width]
 * @throws {ConfigError} the reference cannot run this image size
 * @see Hiera, arXiv:2306.00989; windows in position embeddings, arXiv:2311.05613
 */
export function hiera(
  pixels: Value,
  w: Weights,
  config: Sam2HieraDetConfig,
  options: BackboneOptions,
): Backbone {
  const [size] = config.stageSizes;
  const patches = patchEmbedding(pixels, w.at("patch_embed"), config);
  const positions = positionEmbedding(w, {
    channels: config.hiddenSize,
    size: size ?? [patches.height, patches.width],
    background: config.windowPositionalEmbeddingBackgroundSize,
    window: config.windowSizePerStage[0] as number,
  });
  let map = withTokens(patches, add(patches.tokens, positions));
  const hidden = [map];
  const stages: TokenMap[] = [];
  const attentions: Value[] = [];
  for (const plan of planBlocks(config)) {
    const block = hieraBlock(map, w.at(`blocks.${plan.index}`), config, { ...plan, ...options });
    map = block.map;
    hidden.push(map);
    if (plan.isStageEnd) stages.push(map);
    if (block.weights) attentions.push(block.weights);
  }
  return { stages, hidden, attentions };
}
