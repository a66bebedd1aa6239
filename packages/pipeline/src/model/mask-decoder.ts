import {
  assert,
  type ImageModelConfig,
  type RuntimeCapabilities,
  raceAbort,
  type SessionCache,
  Tensor,
  type WeightTable,
} from "@sam2js/core";
import { ImageEmbeddings, type ImageState, joinRows, type PromptRows } from "@sam2js/embeddings";
import {
  type DecoderPrelude,
  decoderPreludeGraph,
  keptMasksGraph,
  listOutputs,
  type MaskDecoderOptions,
  maskDecoderGraph,
  sharingPays,
} from "@sam2js/graph";
import type { BroadcastRows } from "./broadcast.js";
import { pointRows } from "./point-rows.js";

/** What one image's prompts are decoded with, beside the prompts themselves. */
export interface DecodeOptions {
  readonly multimask: boolean;
  /** [N, 1, h, w] logits, one mask prompt per object. */
  readonly masks?: BroadcastRows | undefined;
  /** [N, T or 1, C]. */
  readonly targetEmbedding?: BroadcastRows | undefined;
  /** [N, heads or 1, T or 1, cells]. */
  readonly attentionSimilarity?: BroadcastRows | undefined;
  readonly attentions?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Masks of the prompts of one image, objects along the first axis. */
export interface DecodedPrompts {
  /** [N, M]. */
  readonly iouScores: Tensor<"float32">;
  /** [N, M, h, w]. */
  readonly predMasks: Tensor<"float32">;
  /** [N, 1]. */
  readonly objectScoreLogits: Tensor<"float32">;
  /** Per layer, [N, heads, cells, T]. */
  readonly attentions: readonly Tensor<"float32">[];
}

/** How clicks are decoded in bulk. */
export interface PointDecodeOptions {
  /** Masks with a predicted IoU above it are made. */
  readonly predIouThresh: number;
  readonly signal?: AbortSignal | undefined;
}

/** Masks of a run whose predicted IoU passed a threshold. */
export interface ScoredMasks {
  /** [P, M]: all scores, kept or not. */
  readonly iouScores: Float32Array;
  /** Ascending p·M + m of the masks that passed. */
  readonly kept: Int32Array;
  /** [kept, h, w] logits. */
  readonly masks: Float32Array;
}

/** Image tokens of all prompts of a run, where runs go on side by side: measured with 64 × 64 tokens (2 prompts) and 16 × 16 (8, the most of a run). */
const LANE_TOKENS = 8192;

/** What decodes prompts: {@link MaskDecoder}, or a graph of other origin. */
export type PromptDecoder = Pick<MaskDecoder, keyof MaskDecoder>;

/** The mask decoder of a model in its variants, run in slices that suit the device. */
export class MaskDecoder {
  readonly #config: ImageModelConfig;
  readonly #weights: WeightTable;
  readonly #sessions: SessionCache;
  readonly #capabilities: RuntimeCapabilities;

  constructor(
    config: ImageModelConfig,
    weights: WeightTable,
    sessions: SessionCache,
    capabilities: RuntimeCapabilities,
  ) {
    this.#config = config;
    this.#weights = weights;
    this.#sessions = sessions;
    this.#capabilities = capabilities;
  }

  /** Makes the sessions that clicks need, so that the first click does not wait for them. */
  async warmUp(): Promise<void> {
    await Promise.all([
      this.#preludeSession(),
      this.#session({ multimask: true, sharesImage: sharingPays(this.#config, 2) }),
    ]);
  }

  /** Decodes one click on an image of zeros: the engine then has the memory for it, which takes the first click longer than to compute. */
  async rehearse(): Promise<void> {
    const { inputs } = await this.#preludeSession();
    const [imageEmbed, highRes1, highRes0] = inputs.map(({ dims }) =>
      Tensor.zeros("float32", dims as readonly number[]),
    ) as [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];
    const side = this.#config.embeddingSize;
    const blank = new ImageEmbeddings([{ imageEmbed, highRes1, highRes0 }], [side, side]);
    try {
      await this.decode(blank.image(0), pointRows(new Float32Array(2)), { multimask: true });
    } finally {
      await blank.dispose();
    }
  }

  /** Decodes all prompts of an image, `promptsPerRun` at a time. */
  async decode(image: ImageState, rows: PromptRows, options: DecodeOptions): Promise<DecodedPrompts> {
    const { signal, attentions = false, multimask, masks, targetEmbedding, attentionSimilarity } = options;
    const sharesImage = masks === undefined && sharingPays(this.#config, rows.tokens);
    const session = await this.#session({
      multimask,
      sharesImage,
      maskPrompt: masks !== undefined,
      targetEmbedding: targetEmbedding !== undefined,
      attentionSimilarity: attentionSimilarity !== undefined,
      attentions,
    });
    const features = await this.#features(image, sharesImage, signal);
    const slices: Tensor<"float32">[][] = [];
    for (let begin = 0; begin < rows.count; begin += this.#capabilities.promptsPerRun) {
      signal?.throwIfAborted();
      const end = Math.min(rows.count, begin + this.#capabilities.promptsPerRun);
      const slice = (value: BroadcastRows) => rowsOf(value, rows.count, begin, end);
      const result = await session.run(
        {
          ...features,
          ...promptTensors(rows, begin, end),
          ...(masks && { mask: slice(masks) }),
          ...(targetEmbedding && { target_embedding: slice(targetEmbedding) }),
          ...(attentionSimilarity && { attention_similarity: slice(attentionSimilarity) }),
        },
        { signal },
      );
      const { iou_scores, pred_masks, object_score_logits } = result;
      slices.push([iou_scores, pred_masks, object_score_logits, ...listOutputs(result, "attentions")]);
    }
    const [iouScores, predMasks, objectScoreLogits, ...layers] = joinRows(slices);
    assert(iouScores && predMasks && objectScoreLogits, "an image without an object");
    return { iouScores, predMasks, objectScoreLogits, attentions: layers };
  }

  /**
   * How many clicks one run of {@link decodeAbove} takes, and how many runs go on at once. Runs side by side have one core's caches each: more prompts
   * than fit there only take memory.
   */
  get lanes(): { readonly promptsPerRun: number; readonly runs: number } {
    const { promptsPerRun, sideBySideRuns: runs = 1 } = this.#capabilities;
    if (runs === 1) return { promptsPerRun, runs };
    const fitting = Math.max(1, Math.floor(LANE_TOKENS / this.#config.embeddingSize ** 2));
    return { promptsPerRun: Math.min(promptsPerRun, fitting), runs };
  }

  /**
   * Decodes at most `promptsPerRun` clicks to three masks each, and makes only the masks whose predicted IoU is above a threshold.
   *
   * @param points  [P, 2], x before y, in pixels of the model's input
   */
  async decodeAbove(
    image: ImageState,
    points: Float32Array,
    { predIouThresh, signal }: PointDecodeOptions,
  ): Promise<ScoredMasks> {
    const rows = pointRows(points);
    const sharesImage = sharingPays(this.#config, rows.tokens);
    const session = await this.#sessions.get(
      `kept-masks ${sharesImage}`,
      () => keptMasksGraph(this.#config, this.#weights, { sharesImage, attention: this.#attention }),
      { sideBySide: true },
    );
    const { iou_scores, kept, kept_masks } = await session.run(
      {
        ...(await this.#features(image, sharesImage, signal)),
        ...promptTensors(rows, 0, rows.count),
        pred_iou_thresh: new Tensor("float32", new Float32Array([predIouThresh]), [1]),
      },
      { signal },
    );
    return { iouScores: iou_scores.data, kept: kept.data, masks: kept_masks.data };
  }

  /** Computes what all prompts of an image share, so that the first need not wait for it. Failures are told to whoever decodes. */
  prepare(image: ImageState): void {
    this.#prelude(image, undefined).catch(() => undefined);
  }

  /** What prompts share of an image: computed once and kept with its embeddings. */
  #prelude(image: ImageState, signal: AbortSignal | undefined): Promise<DecoderPrelude> {
    image.prelude ??= this.#preludeSession().then((session) =>
      session.run(
        {
          image_embed: image.tensors.imageEmbed,
          high_res_1: image.tensors.highRes1,
          high_res_0: image.tensors.highRes0,
        },
        { keepOnDevice: session.outputs.map(({ name }) => name as keyof DecoderPrelude) },
      ),
    );
    image.prelude.catch(() => {
      image.prelude = undefined;
    });
    return raceAbort(image.prelude, signal);
  }

  /** The image as a graph takes it. */
  async #features(image: ImageState, sharesImage: boolean, signal: AbortSignal | undefined) {
    if (sharesImage) return this.#prelude(image, signal);
    const { imageEmbed, highRes1, highRes0 } = image.tensors;
    return { image_embed: imageEmbed, high_res_1: highRes1, high_res_0: highRes0 };
  }

  #preludeSession() {
    return this.#sessions.get("decoder-prelude", () => decoderPreludeGraph(this.#config, this.#weights));
  }

  #session(variant: Omit<MaskDecoderOptions, "attention">) {
    const { multimask, sharesImage, maskPrompt, targetEmbedding, attentionSimilarity, attentions } = variant;
    const inputs = [sharesImage, maskPrompt, targetEmbedding, attentionSimilarity].map(Boolean);
    return this.#sessions.get(`decoder ${[multimask, ...inputs, attentions === true]}`, () =>
      maskDecoderGraph(this.#config, this.#weights, { ...variant, attention: this.#attention }),
    );
  }

  get #attention(): "fused" | "plain" {
    return this.#capabilities.fusedAttention ? "fused" : "plain";
  }
}

/** Rows `begin` to `end` of the prompts. */
function promptTensors({ points, labels, tokens }: PromptRows, begin: number, end: number) {
  const count = end - begin;
  return {
    points: new Tensor("float32", points.subarray(begin * tokens * 2, end * tokens * 2), [count, tokens, 2]),
    labels: new Tensor("int32", labels.subarray(begin * tokens, end * tokens), [count, tokens]),
  };
}

/** Rows `begin` to `end` of `count`. */
function rowsOf({ data, dims }: BroadcastRows, count: number, begin: number, end: number) {
  const size = data.length / count;
  return new Tensor("float32", data.subarray(begin * size, end * size), [end - begin, ...dims.slice(1)]);
}
