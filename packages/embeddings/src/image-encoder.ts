import {
  type ImageModelConfig,
  isDeviceTensor,
  type RuntimeCapabilities,
  raceAbort,
  type SessionCache,
  Tensor,
  type WeightTable,
} from "@sam2js/core";
import { imageEncoderGraph, listOutputs } from "@sam2js/graph";
import { joinRows } from "./arrange.js";
import { checkPixelValues, type PixelBatch } from "./check-pixel-values.js";
import { ImageEmbeddings } from "./image-embeddings.js";

/** What images are encoded with. */
export interface EncodeOptions {
  /** Also hand out the hidden states. Default false. */
  readonly outputHiddenStates?: boolean | undefined;
  /** Also hand out attention weights: large. Default false. */
  readonly outputAttentions?: boolean | undefined;
  /** Whether `no_memory_embedding` is added, as for single images. Default true. */
  readonly noMemoryEmbedding?: boolean | undefined;
  /** Whether the embeddings come to the host at once, and not only when they are read. Default false. */
  readonly onHost?: boolean | undefined;
  /**
   * Whether images that are encoded at the same time go side by side, each on a part of the threads, instead of one after the other on all of them. They
   * are on the host then. A runtime that cannot do so encodes one after the other. Default false.
   */
  readonly sideBySide?: boolean | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** What the encoder gave for a batch. */
export interface EncodedImages {
  /** The caller's, who disposes of them. */
  readonly embeddings: ImageEmbeddings;
  /** float32 [B, H, W, C] each: the embedded patches, then the output of each block; none unless asked for. */
  readonly hiddenStates: readonly Tensor<"float32">[];
  /** float32 [B·windows, heads, queries, keys] of each block; none unless asked for. */
  readonly attentions: readonly Tensor<"float32">[];
}

/** Which graph an image is encoded by. */
interface Variant {
  readonly hiddenStates?: boolean;
  readonly attentions?: boolean;
  readonly noMemoryEmbedding: boolean;
}

const EMBEDDINGS = ["image_embed", "high_res_1", "high_res_0"] as const;

/** The image encoder of a model in its variants, run image by image: a batch gains nothing on a CPU and takes its memory many times over. */
export class ImageEncoder {
  readonly #config: ImageModelConfig;
  readonly #weights: WeightTable;
  readonly #sessions: SessionCache;
  readonly #capabilities: RuntimeCapabilities;
  readonly #fingerprint: string;

  constructor(
    config: ImageModelConfig,
    weights: WeightTable,
    sessions: SessionCache,
    capabilities: RuntimeCapabilities,
    fingerprint: string,
  ) {
    this.#config = config;
    this.#weights = weights;
    this.#sessions = sessions;
    this.#capabilities = capabilities;
    this.#fingerprint = fingerprint;
  }

  /** Makes the session that images need, so that the first does not wait for it. */
  async warmUp(): Promise<void> {
    await this.#session({ noMemoryEmbedding: true });
  }

  /** Gives back the memory that encoding took. */
  async trim(): Promise<void> {
    const session = await this.#session({ noMemoryEmbedding: true });
    await session.trim?.();
  }

  /** @throws {ShapeError} not [B, channels, S, S] */
  checkPixels(pixelValues: unknown): PixelBatch {
    const { imageSize, numChannels } = this.#config.visionConfig;
    return checkPixelValues(pixelValues, imageSize, numChannels);
  }

  /** @param pixels  as {@link ImageEncoder.checkPixels} hands them out */
  async encode(pixels: PixelBatch, options: EncodeOptions): Promise<EncodedImages> {
    const {
      outputHiddenStates = false,
      outputAttentions = false,
      noMemoryEmbedding = true,
      onHost = false,
      sideBySide = false,
      signal,
    } = options;
    const { batchSize, imageData, dims } = pixels;
    const variant = { hiddenStates: outputHiddenStates, attentions: outputAttentions, noMemoryEmbedding };
    const session = await raceAbort(this.#session(variant, sideBySide), signal);
    const keepOnDevice = onHost || sideBySide ? [] : EMBEDDINGS;
    const results: Awaited<ReturnType<typeof session.run<(typeof EMBEDDINGS)[number]>>>[] = [];
    try {
      for (let image = 0; image < batchSize; image++) {
        const pixel_values = new Tensor("float32", imageData(image), dims);
        results.push(await session.run({ pixel_values }, { signal, keepOnDevice }));
      }
    } catch (error) {
      const kept = results.flatMap((result) => EMBEDDINGS.map((name) => result[name]));
      await Promise.all(kept.map((tensor) => isDeviceTensor(tensor) && tensor.dispose()));
      throw error;
    }
    const images = results.map(({ image_embed, high_res_1, high_res_0 }) => ({
      imageEmbed: image_embed,
      highRes1: high_res_1,
      highRes0: high_res_0,
    }));
    const side = this.#config.embeddingSize;
    return {
      embeddings: new ImageEmbeddings(images, [side, side], this.#fingerprint),
      hiddenStates: joinRows(results.map((result) => listOutputs(result, "hidden_states"))),
      attentions: joinRows(results.map((result) => listOutputs(result, "attentions"))),
    };
  }

  #session(variant: Variant, sideBySide = false) {
    const { hiddenStates = false, attentions = false, noMemoryEmbedding } = variant;
    const whole = { hiddenStates, attentions, noMemoryEmbedding };
    const name = `encoder ${JSON.stringify(whole)}${sideBySide ? " side by side" : ""}`;
    const describe = () =>
      imageEncoderGraph(this.#config, this.#weights, {
        attention: this.#capabilities.fusedAttention ? "fused" : "plain",
        ...whole,
      });
    return this.#sessions.get(name, describe, { sideBySide });
  }
}
