import type { RepVitConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { gelu } from "../layers/activation.js";
import type { Weights } from "../weights/weights.js";
import { convNorm } from "./batch-norm.js";
import { downsample, repvitBlock } from "./repvit-block.js";

/**
 * The RepViT backbone.
 *
 * Checkpoints hold the branches of its blocks and their batch norms apart; the graph has one convolution for each group of them. That is exact
 * up to rounding.
 *
 * @param pixels  [1, channels, height, width]
 * @returns       the output of each stage, [1, Cᵢ, hᵢ, wᵢ], finest first
 * @see RepViT, arXiv:2307.09283; `repvit.py` of timm 1.0, whose names the weights have
 */
export function repvit(pixels: Value, w: Weights, config: RepVitConfig): Value[] {
  const { geometry } = config;
  const network = w.at("timm_model");
  let x = stem(pixels, network.at("stem"), geometry.embedDims[0] as number);
  return geometry.depths.slice(0, geometry.embedDims.length).map((depth, stage) => {
    const own = network.at(`stages_${stage}`);
    const shape = { ...geometry, mlpRatio: geometry.mlpRatios[stage] as number };
    if (stage > 0) x = downsample(x, own.at("downsample"), shape, geometry.embedDims[stage] as number);
    for (let block = 0; block < depth; block++) {
      x = repvitBlock(x, own.at(`blocks.${block}`), shape, block % 2 === 0);
    }
    return x;
  });
}

/**
 * Two convolutions that halve the image, with GELU between them. Channels between them are filled up to a multiple of 4: ONNX Runtime 1.30 on
 * WebGPU computes others wrong.
 */
function stem(pixels: Value, w: Weights, channels: number): Value {
  const halving = { kernel: [3, 3], stride: [2, 2], padding: [1, 1] } as const;
  const inner = channels / 2;
  const wide = { channels: 4 * Math.ceil(inner / 4), ...halving };
  const half = gelu(convNorm(pixels, w.at("conv1"), wide, { outputs: inner }));
  return convNorm(half, w.at("conv2"), { channels, ...halving }, { inputs: inner });
}
