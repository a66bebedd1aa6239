import {
  hostFloats,
  type RuntimeCapabilities,
  raceAbort,
  type Sam2Config,
  type Session,
  type SessionCache,
  type SessionInputs,
  type SessionOutputs,
  Tensor,
  type WeightTable,
} from "@sam2js/core";
import { decoderPreludeGraph, maskDecoderGraph, sharingPays } from "@sam2js/graph";
import type { ImageState } from "../embeddings/image-embeddings.js";
import { joinRows } from "./arrange.js";
import type { BroadcastRows } from "./broadcast.js";
import type { PromptRows } from "./prompt-rows.js";

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
  readonly iouScores: Float32Array;
  /** [N, M, h, w]. */
  readonly predMasks: Float32Array;
  /** [N]. */
  readonly objectScoreLogits: Float32Array;
  /** Per layer, [N, heads, cells, T]. */
  readonly attentions: readonly Tensor<"float32">[];
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

/** The mask decoder of a model in its variants, run in slices that suit the device. */
export class MaskDecoder {
  readonly #config: Sam2Config;
  readonly #weights: WeightTable;
  readonly #sessions: SessionCache;
  readonly #capabilities: RuntimeCapabilities;

  constructor(
    config: Sam2Config,
    weights: WeightTable,
    sessions: SessionCache,
    capabilities: RuntimeCapabilities,
  ) {
    this.#config = config;
    this.#weights = weights;
    this.#sessions = sessions;
    this.#capabilities = capabilities;
  }

  /** [height, width] of the masks, and of mask prompts. */
  get maskSize(): readonly [number, number] {
    const { imageSize, patchSize } = this.#config.promptEncoderConfig;
    const side = 4 * Math.floor(imageSize / patchSize);
    return [side, side];
  }

  /** How many masks a prompt gives. */
  maskCount(multimask: boolean): number {
    return multimask ? this.#config.maskDecoderConfig.numMultimaskOutputs : 1;
  }

  /** Makes the sessions that clicks need, so that the first click does not wait for them. */
  async warmUp(): Promise<void> {
    await Promise.all([
      this.#preludeSession(),
      this.#session({
        multimask: true,
        sharesImage: sharingPays(this.#config, 2),
        maskPrompt: false,
        targetEmbedding: false,
        attentionSimilarity: false,
      }),
    ]);
  }

  /** Decodes all prompts of an image, `promptsPerRun` at a time. */
  async decode(image: ImageState, rows: PromptRows, options: DecodeOptions): Promise<DecodedPrompts> {
    const { signal, attentions = false, multimask } = options;
    const [height, width] = this.maskSize;
    const maskCount = this.maskCount(multimask);
    const out = {
      iouScores: new Float32Array(rows.count * maskCount),
      predMasks: new Float32Array(rows.count * maskCount * height * width),
      objectScoreLogits: new Float32Array(rows.count),
    };
    const layers: Tensor<"float32">[][] = [];
    const session = await this.#session({
      multimask,
      sharesImage: options.masks === undefined && sharingPays(this.#config, rows.tokens),
      maskPrompt: options.masks !== undefined,
      targetEmbedding: options.targetEmbedding !== undefined,
      attentionSimilarity: options.attentionSimilarity !== undefined,
      attentions,
    });
    for (let begin = 0; begin < rows.count; begin += this.#capabilities.promptsPerRun) {
      signal?.throwIfAborted();
      const end = Math.min(rows.count, begin + this.#capabilities.promptsPerRun);
      const result = await this.#run(session, image, rows, begin, end, options);
      out.iouScores.set(hostFloats(result, "iou_scores"), begin * maskCount);
      out.predMasks.set(hostFloats(result, "pred_masks"), begin * maskCount * height * width);
      out.objectScoreLogits.set(hostFloats(result, "object_score_logits"), begin);
      if (attentions) layers.push(listed(result, "attentions."));
    }
    return { ...out, attentions: attentions ? joinRows(layers) : [] };
  }

  /** Prompts of one click each. @param points  [P, 2], x before y, in pixels of the model's input */
  pointRows(points: Float32Array): PromptRows {
    const count = points.length / 2;
    const rows = { count, tokens: 2, points: new Float32Array(count * 4), labels: new Int32Array(count * 2) };
    for (let row = 0; row < count; row++) {
      rows.points.set(points.subarray(2 * row, 2 * row + 2), 4 * row);
      rows.labels.set([1, -1], 2 * row);
    }
    return rows;
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
    { predIouThresh, signal }: { readonly predIouThresh: number; readonly signal?: AbortSignal | undefined },
  ): Promise<ScoredMasks> {
    const rows = this.pointRows(points);
    const session = await this.#session({
      multimask: true,
      sharesImage: sharingPays(this.#config, rows.tokens),
      maskPrompt: false,
      targetEmbedding: false,
      attentionSimilarity: false,
      scoreFirst: true,
    });
    const extra = { pred_iou_thresh: new Tensor("float32", new Float32Array([predIouThresh]), [1]) };
    const result = await this.#run(session, image, rows, 0, rows.count, { multimask: true, signal }, extra);
    return {
      iouScores: hostFloats(result, "iou_scores"),
      kept: (result.kept as Tensor<"int32">).data,
      masks: hostFloats(result, "kept_masks"),
    };
  }

  async #run(
    session: Session,
    image: ImageState,
    rows: PromptRows,
    begin: number,
    end: number,
    options: DecodeOptions,
    extra: SessionInputs = {},
  ): Promise<SessionOutputs> {
    const count = end - begin;
    const { tokens } = rows;
    const slice = (value: BroadcastRows | undefined) => {
      if (!value) return undefined;
      const size = value.data.length / rows.count;
      return new Tensor("float32", value.data.subarray(begin * size, end * size), [
        count,
        ...value.dims.slice(1),
      ]);
    };
    const mask = slice(options.masks);
    const target = slice(options.targetEmbedding);
    const similarity = slice(options.attentionSimilarity);
    const isShared = session.inputs.some(({ name }) => name === "fine_1");
    const prelude = isShared ? await this.#prelude(image, options.signal) : {};
    const available: SessionInputs = {
      ...prelude,
      ...extra,
      image_embed: image.tensors.imageEmbed,
      high_res_1: image.tensors.highRes1,
      high_res_0: image.tensors.highRes0,
      points: new Tensor("float32", rows.points.subarray(begin * tokens * 2, end * tokens * 2), [
        count,
        tokens,
        2,
      ]),
      labels: new Tensor("int32", rows.labels.subarray(begin * tokens, end * tokens), [count, tokens]),
      ...(mask && { mask }),
      ...(target && { target_embedding: target }),
      ...(similarity && { attention_similarity: similarity }),
    };
    const inputs = Object.fromEntries(
      session.inputs.flatMap(({ name }) => (available[name] ? [[name, available[name]]] : [])),
    );
    return session.run(inputs, { signal: options.signal });
  }

  /** Computes what all prompts of an image share, so that the first need not wait for it. Failures are told to whoever decodes. */
  prepare(image: ImageState): void {
    this.#prelude(image, undefined).catch(() => undefined);
  }

  /** What prompts share of an image: computed once and kept with its embeddings. */
  #prelude(image: ImageState, signal: AbortSignal | undefined): Promise<SessionOutputs> {
    image.prelude ??= this.#preludeSession().then((session) =>
      session.run(
        {
          image_embed: image.tensors.imageEmbed,
          high_res_1: image.tensors.highRes1,
          high_res_0: image.tensors.highRes0,
        },
        { keepOnDevice: session.outputs.map(({ name }) => name) },
      ),
    );
    image.prelude.catch(() => {
      image.prelude = undefined;
    });
    return raceAbort(image.prelude, signal);
  }

  #preludeSession(): Promise<Session> {
    return this.#sessions.get("decoder-prelude", () => decoderPreludeGraph(this.#config, this.#weights));
  }

  #session(variant: {
    multimask: boolean;
    sharesImage: boolean;
    maskPrompt: boolean;
    targetEmbedding: boolean;
    attentionSimilarity: boolean;
    attentions?: boolean;
    scoreFirst?: boolean;
  }): Promise<Session> {
    return this.#sessions.get(
      `decoder ${JSON.stringify(variant)}`,
      () => maskDecoderGraph(this.#config, this.#weights, { ...variant, attention: this.#attention }),
      { sideBySide: variant.scoreFirst === true },
    );
  }

  get #attention(): "fused" | "plain" {
    return this.#capabilities.fusedAttention ? "fused" : "plain";
  }
}

/** The outputs called `prefix` and a number, in the order of the numbers. */
export function listed(outputs: SessionOutputs, prefix: string): Tensor<"float32">[] {
  return Object.entries(outputs)
    .filter(([name]) => name.startsWith(prefix))
    .sort(([a], [b]) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)))
    .map(([, tensor]) => tensor as Tensor<"float32">);
}
