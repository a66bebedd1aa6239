import { activation } from "./activation.js";
import { defineConfig } from "./define-config.js";
import {
  float,
  int,
  ints,
  refuse,
  type SizePair,
  sizePair,
  sizePairOf,
  strictPair,
  type Values,
} from "./field.js";
import { CONFIG_LIMITS } from "./limits.js";
import { stageSizes } from "./stage-sizes.js";

const { depth, extent, imageSize, width } = CONFIG_LIMITS;

const fields = {
  /** Channels of the patch embedding; equal to `embedDimPerStage[0]`. */
  hiddenSize: int(96, { min: 1 }),
  /** Not used: see `numAttentionHeadsPerStage`. */
  numAttentionHeads: int(1),
  /** Colours of the image. */
  numChannels: int(3, { min: 1 }),
  /** [height, width] of the model input in pixels. */
  imageSize: sizePair([1024, 1024], { min: 1, max: imageSize }),
  /** [height, width] of the patch embedding's kernel in pixels. */
  patchKernelSize: sizePair([7, 7], { min: 1, max: extent }),
  /** [down, right] from one patch to the next in pixels. */
  patchStride: sizePair([4, 4], { min: 1, max: extent }),
  /** [top and bottom, left and right] zeros around the image in pixels. */
  patchPadding: sizePair([3, 3], { max: extent }),
  /** [down, right] pooling of the queries in the first block of a query-pool stage. */
  queryStride: strictPair([2, 2], { min: 1, max: extent }),
  /** [height, width] of the learned position embedding that is resized to the patch grid. */
  windowPositionalEmbeddingBackgroundSize: strictPair([7, 7], { min: 1, max: extent }),
  /** Stages 1 … this many begin with pooled queries. */
  numQueryPoolStages: int(3),
  /** Blocks per stage. */
  blocksPerStage: ints([1, 2, 7, 2], { min: 1, max: depth }),
  /** Channels per stage. */
  embedDimPerStage: ints([96, 192, 384, 768], { min: 1, max: width }),
  /** Attention heads per stage; each divides the stage's channels. */
  numAttentionHeadsPerStage: ints([1, 2, 4, 8], { min: 1 }),
  /** Side of the attention windows per stage in tokens, 0 for the whole image. The first block of a stage uses the previous stage's. */
  windowSizePerStage: ints([8, 4, 14, 7], { max: extent }),
  /** Blocks, counted from 0 over all stages, that attend to the whole image. Numbers of blocks that do not exist have no effect. */
  globalAttentionBlocks: ints(
    [5, 7, 9],
    { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
    { max: depth },
  ),
  /** Width of a block's hidden layer over its channels, rounded down. */
  mlpRatio: float(4, { min: 0 }),
  /** Activation of the blocks' hidden layers. */
  hiddenAct: activation("gelu"),
  /** Added to the variance by layer norms. */
  layerNormEps: float(1e-6, { min: 0 }),
  /** For training only. */
  initializerRange: float(0.02),
};

type HieraValues = Values<typeof fields>;

/** `blocksPerStage` says how many stages there are; what other lists have behind that is never looked at. */
function dropUnusedStages(values: HieraValues): HieraValues {
  const stages = values.blocksPerStage.length;
  const cut = (list: readonly number[]) =>
    list.length > stages ? Object.freeze(list.slice(0, stages)) : list;
  return {
    ...values,
    embedDimPerStage: cut(values.embedDimPerStage),
    numAttentionHeadsPerStage: cut(values.numAttentionHeadsPerStage),
    windowSizePerStage: cut(values.windowSizePerStage),
  };
}

/** Rules between the settings, each as the reference fails without it. */
function check(values: HieraValues, at: (key: string) => string): void {
  const { blocksPerStage, embedDimPerStage, numAttentionHeadsPerStage, windowSizePerStage } = values;
  const stages = blocksPerStage.length;
  const lists = {
    embed_dim_per_stage: embedDimPerStage,
    num_attention_heads_per_stage: numAttentionHeadsPerStage,
    window_size_per_stage: windowSizePerStage,
  };
  for (const [key, list] of Object.entries(lists)) {
    if (list.length !== stages) {
      refuse(
        at(key),
        `${stages} entries, one for each of blocks_per_stage`,
        list,
        "give one entry per stage",
      );
    }
  }
  if (values.hiddenSize !== embedDimPerStage[0]) {
    const expected = `${embedDimPerStage[0]}, the first of embed_dim_per_stage`;
    refuse(at("hidden_size"), expected, values.hiddenSize, "the first stage takes the patches as they are");
  }
  embedDimPerStage.forEach((channels, stage) => {
    const heads = numAttentionHeadsPerStage[stage] as number;
    if (channels % heads !== 0) {
      refuse(
        at(`num_attention_heads_per_stage[${stage}]`),
        `a divisor of embed_dim_per_stage[${stage}] = ${channels}`,
        heads,
        "heads share the channels equally",
      );
    }
    if (Math.floor(channels * values.mlpRatio) < 1) {
      refuse(
        at("mlp_ratio"),
        `at least ${1 / channels}`,
        values.mlpRatio,
        "a hidden layer needs one feature",
      );
    }
  });
  checkPooling(values, at);
}

function checkPooling(values: HieraValues, at: (key: string) => string): void {
  const { blocksPerStage, embedDimPerStage, windowSizePerStage, queryStride } = values;
  if (windowSizePerStage[0] === 0) {
    const advice =
      "its position embedding is a grid of windows; use global_attention_blocks for global attention";
    refuse(at("window_size_per_stage[0]"), "at least 1", 0, advice);
  }
  if (queryStride[0] !== queryStride[1]) {
    refuse(at("query_stride"), "equal numbers", queryStride, "windows are square and stay so");
  }
  let block = 0;
  for (let stage = 0; stage < blocksPerStage.length; stage++) {
    if (stage > 0 && stage <= values.numQueryPoolStages) {
      if (embedDimPerStage[stage] === embedDimPerStage[stage - 1]) {
        const expected = `other channels than embed_dim_per_stage[${stage - 1}] in a query-pool stage`;
        const advice = "the shortcut is pooled only where its channels change";
        refuse(at(`embed_dim_per_stage[${stage}]`), expected, embedDimPerStage[stage], advice);
      }
      if (values.globalAttentionBlocks.includes(block)) {
        const expected = `no block that pools its queries, as ${block} does`;
        refuse(
          at("global_attention_blocks"),
          expected,
          values.globalAttentionBlocks,
          "pooling needs windows",
        );
      }
      const window = windowSizePerStage[stage - 1] as number;
      if (window < queryStride[0]) {
        const expected = `at least query_stride = ${queryStride[0]}, as stage ${stage} pools these windows`;
        refuse(at(`window_size_per_stage[${stage - 1}]`), expected, window, "choose a larger window");
      }
    }
    block += blocksPerStage[stage] as number;
  }
}

/**
 * The Hiera backbone: patches, then stages of windowed attention, each at half the resolution of the one before.
 *
 * The reference does not look at `imageSize` here; the size of its input counts. So a size that does not fit is refused by
 * {@link Sam2HieraDetConfig.stageSizes}, not by `parse`.
 *
 * @see Hiera, arXiv:2306.00989; `configuration_sam2.py` of transformers 5.23.0
 */
export class Sam2HieraDetConfig extends defineConfig({
  fields,
  modelTypes: ["sam2_hiera_det_model"],
  partOf: {
    sam2: ["vision_config", "backbone_config"],
    sam2_video: ["vision_config", "backbone_config"],
    sam2_vision_model: ["backbone_config"],
  },
  normalise: dropUnusedStages,
  check,
}) {
  /**
   * [height, width] of every stage's output in tokens, for `imageSize`.
   *
   * @throws {ConfigError} the reference cannot run this image size with these windows
   */
  get stageSizes(): readonly SizePair[] {
    return this.sizesOf(this.imageSize, "image_size");
  }

  /** Channels of every stage. */
  get stageChannels(): readonly number[] {
    return this.embedDimPerStage;
  }

  /**
   * {@link Sam2HieraDetConfig.stageSizes} for another image.
   *
   * @param size  [height, width] in pixels   @param path  what a message calls it   @param advise  what a message advises
   * @throws {ConfigError} the reference cannot run this image size with these windows
   */
  sizesOf(size: SizePair, path = "size", advise?: () => string): readonly SizePair[] {
    return stageSizes(this, size, path, advise);
  }

  /** The config for images of another size in pixels: a square's side, or [height, width]. @throws {ConfigError} see `stageSizes` */
  withImageSize(size: number | SizePair): this {
    const imageSize = sizePairOf(size);
    const config = this.with({ imageSize });
    config.sizesOf(imageSize, "imageSize");
    return config;
  }
}
