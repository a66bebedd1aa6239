import { float, int, ints, pairs, refuse, text, type Values } from "./field.js";
import type { Backbone } from "./level-sizes.js";
import { CONFIG_LIMITS } from "./limits.js";

const { extent, listLength } = CONFIG_LIMITS;

/** Settings of the neck, which is the same behind every backbone. @param channels  of the backbone's stages, last stage first */
export function neckFields(channels: readonly number[]) {
  return {
    /** Channels that the neck takes from the stages, last stage first. */
    backboneChannelList: ints(channels, { min: 1 }),
    /** [height, width] of the feature levels in tokens, finest first. */
    backboneFeatureSizes: pairs(
      [
        [256, 256],
        [128, 128],
        [64, 64],
      ],
      { min: 1, max: extent },
    ),
    /** Channels of every feature level; a multiple of 4 (its position encoding is sine and cosine of two axes). */
    fpnHiddenSize: int(256, { min: 4 }),
    /** Side of the neck's convolution kernels. */
    fpnKernelSize: int(1, { min: 1, max: extent }),
    /** Stride of the neck's convolutions. */
    fpnStride: int(1, { min: 1, max: extent }),
    /** Zeros around the input of the neck's convolutions. */
    fpnPadding: int(0, { max: extent }),
    /** Stages whose level gets the next coarser level added, doubled in size. The last stage has none, so naming it has no effect. */
    fpnTopDownLevels: ints(
      [2, 3],
      { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
      { max: listLength },
    ),
    /** How many levels are used, finest first; more than there are means all. */
    numFeatureLevels: int(3, { min: 1 }),
    /** Not used: the neck has no activation. */
    hiddenAct: text("gelu"),
    /** Not used: the neck has no normalisation. */
    layerNormEps: float(1e-6, { min: 0 }),
    /** For training only. */
    initializerRange: float(0.02),
  };
}

type NeckValues = Values<ReturnType<typeof neckFields>> & { readonly backboneConfig: Backbone };

/** What backbone and neck demand of each other. */
export function checkNeck(values: NeckValues, at: (key: string) => string): void {
  const { backboneChannelList: channels, backboneConfig, fpnHiddenSize } = values;
  const dims = backboneConfig.stageChannels;
  const expected = dims.slice(0, channels.length).reverse();
  if (channels.length > dims.length || channels.some((count, i) => count !== expected[i])) {
    const stages = `[${[...dims].reverse()}], the backbone's stages reversed`;
    refuse(
      at("backbone_channel_list"),
      stages,
      channels,
      "the neck takes each stage's channels, last stage first",
    );
  }
  if (fpnHiddenSize % 4 !== 0) {
    const advice = "position encodings are sine and cosine of two axes";
    refuse(at("fpn_hidden_size"), "a multiple of 4", fpnHiddenSize, advice);
  }
}
