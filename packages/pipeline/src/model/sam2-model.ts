import {
  type FromPretrainedOptions,
  type Loaded,
  loadPretrained,
  type ModelDefinition,
  type ModelReference,
} from "@sam2js/checkpoint";
import {
  InputError,
  type Runtime,
  type RuntimeCapabilities,
  raceAbort,
  Sam2Config,
  SessionCache,
  ShapeError,
  Tensor,
  type TensorLike,
  type WeightTable,
} from "@sam2js/core";
import {
  imageWidePositionalEmbedding,
  isVideoWeight,
  isVisionWeight,
  promptEncoderGraph,
  sam2Weights,
  sinePositionEncoding,
} from "@sam2js/graph";
import { ImageEmbeddings } from "../embeddings/image-embeddings.js";
import { cellsFirst, joinRows, repeatRows } from "./arrange.js";
import { type BroadcastRows, broadcastRows } from "./broadcast.js";
import { ImageEncoder } from "./image-encoder.js";
import { type DecodeOptions, MaskDecoder } from "./mask-decoder.js";
import { maskPromptOfImage } from "./mask-prompt.js";
import { type PromptRows, promptRows } from "./prompt-rows.js";
import type { Sam2ImageSegmentationOutput, Sam2Inputs } from "./sam2-outputs.js";
import type { Sam2VisionOutput } from "./vision-output.js";

const DEFINITION: ModelDefinition<Sam2Config> = {
  className: "Sam2Model",
  config(json, imageSize) {
    const config = Sam2Config.parse(json);
    return imageSize === undefined ? config : config.withImageSize(imageSize);
  },
  tensors: (config) => ({
    specs: sam2Weights(config),
    ignores: isVideoWeight,
    appliesDtype: isVisionWeight,
  }),
};

/**
 * Segment Anything 2 on images: encodes an image once and answers prompts on it.
 *
 * ```ts
 * const model = await Sam2Model.fromPretrained("facebook/sam2.1-hiera-tiny", { runtime });
 * const outputs = await model.forward(await processor.process({ images, inputPoints: [[[[500, 375]]]] }));
 * ```
 * Calls may overlap; they queue in the runtime. Dispose of the model when done.
 *
 * @see SAM 2, arXiv:2408.00714; `Sam2Model` of Hugging Face transformers, with which the tests compare it
 */
export class Sam2Model {
  /** What messages call the model: its id, folder or file. */
  readonly name: string;
  /** What `config.json` says, in the image size that is used. Immutable. */
  readonly config: Sam2Config;
  /** Differs between checkpoints, and between image sizes of one checkpoint. */
  readonly fingerprint: string;
  /** What it runs on. */
  readonly runtime: Runtime;
  readonly #weights: WeightTable;
  readonly #sessions: SessionCache;
  readonly #encoder: ImageEncoder;
  readonly #decoder: MaskDecoder;
  readonly #capabilities: RuntimeCapabilities;

  private constructor(loaded: Loaded<Sam2Config>, capabilities: RuntimeCapabilities) {
    this.name = loaded.name;
    this.config = loaded.config;
    this.runtime = loaded.runtime;
    this.#weights = loaded.weights;
    this.fingerprint = `${loaded.weights.fingerprint}@${loaded.config.imageSize}`;
    this.#capabilities = capabilities;
    this.#sessions = new SessionCache(loaded.runtime, `model ${loaded.name}`);
    this.#encoder = new ImageEncoder(
      loaded.config,
      loaded.weights,
      this.#sessions,
      capabilities,
      this.fingerprint,
    );
    this.#decoder = new MaskDecoder(loaded.config, loaded.weights, this.#sessions, capabilities);
  }

  /**
   * Loads a checkpoint as it is published or fine-tuned: `config.json` and safetensors.
   *
   * @param model  a Hub id, a local folder (wins over an id), a URL, `File`s, or a source object such as `@sam2js/nano`
   * @throws {NotFoundError} there is no such model  @throws {DownloadError} it cannot be fetched
   * @throws {ConfigError} its config is not valid  @throws {CheckpointError} its tensors are damaged or do not fit the config
   */
  static async fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<Sam2Model> {
    const loaded = await loadPretrained(model, options, DEFINITION);
    const made = new Sam2Model(loaded, await loaded.runtime.capabilities());
    try {
      await raceAbort(Promise.all([made.#encoder.warmUp(), made.#decoder.warmUp()]), options.signal);
    } catch (error) {
      await made.dispose();
      throw error;
    }
    return made;
  }

  /**
   * Segments what the prompts point at.
   *
   * @throws {InputError} not exactly one of `pixelValues` and `imageEmbeddings`, prompts that do not fit together
   * @throws {ShapeError} a tensor of another shape
   */
  async forward(inputs: Sam2Inputs = {}): Promise<Sam2ImageSegmentationOutput> {
    this.#sessions.assertUsable();
    const { pixelValues, signal } = inputs;
    if ((pixelValues == null) === (inputs.imageEmbeddings == null)) {
      throw new InputError(
        `forward: expected exactly one of pixelValues and imageEmbeddings, got ${pixelValues == null ? "none" : "both"}`,
      );
    }
    if (pixelValues == null && inputs.outputHiddenStates) {
      throw new InputError("outputHiddenStates: needs pixelValues, since embeddings hold no hidden states");
    }
    const given = pixelValues == null ? this.#handle(inputs.imageEmbeddings) : undefined;
    const batchSize = given?.batchSize ?? this.#encoder.checkPixels(pixelValues).batchSize;
    const prompts = promptRows(inputs, batchSize);
    const options = prompts.map((rows, image) => this.#decodeOptions(inputs, image, rows, batchSize));
    const encoded = given
      ? undefined
      : await this.#encoder.encode(pixelValues as TensorLike, {
          signal,
          outputHiddenStates: inputs.outputHiddenStates,
          outputAttentions: inputs.outputAttentions,
        });
    const imageEmbeddings = given ?? (encoded?.embeddings as ImageEmbeddings);
    try {
      const decoded = [];
      for (const [image, rows] of prompts.entries()) {
        decoded.push(
          await this.#decoder.decode(
            imageEmbeddings.image(image),
            rows,
            options[image] as (typeof options)[0],
          ),
        );
      }
      const count = prompts[0]?.count ?? 0;
      const masks = this.#decoder.maskCount(inputs.multimaskOutput ?? true);
      const [height, width] = this.#decoder.maskSize;
      const [iouScores, predMasks, objectScoreLogits] = joinRows(
        decoded.map((each) => [each.iouScores, each.predMasks, each.objectScoreLogits]),
      ) as [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];
      return {
        iouScores: iouScores.reshape([batchSize, count, masks]),
        predMasks: predMasks.reshape([batchSize, count, masks, height, width]),
        objectScoreLogits: objectScoreLogits.reshape([batchSize, count, 1]),
        imageEmbeddings,
        ...(encoded && inputs.outputHiddenStates && { visionHiddenStates: encoded.hiddenStates }),
        ...(encoded && inputs.outputAttentions && { visionAttentions: encoded.attentions }),
        ...(inputs.outputAttentions && {
          maskDecoderAttentions: joinRows(decoded.map((each) => each.attentions)),
        }),
      };
    } catch (error) {
      await encoded?.embeddings.dispose();
      throw signal?.aborted ? signal.reason : error;
    }
  }

  /**
   * Encodes images for many later prompts.
   *
   * @param pixelValues  float32 [B, 3, S, S] from the processor
   * @param options      `prepare`: go on with what all prompts of an image share, behind what is returned, so that the first prompt need not wait for it.
   *                     Costs a fiftieth of the encoding and 45 MB an image at 1024 pixels. Default false: the first prompt computes it
   * @returns            a handle that the caller disposes of
   * @throws {ShapeError} another shape, most often a processor of another image size
   */
  async getImageEmbeddings(
    pixelValues: TensorLike,
    { signal, prepare = false }: { signal?: AbortSignal | undefined; prepare?: boolean | undefined } = {},
  ): Promise<ImageEmbeddings> {
    this.#sessions.assertUsable();
    this.#encoder.checkPixels(pixelValues);
    const { embeddings } = await this.#encoder.encode(pixelValues, { signal });
    if (prepare) {
      for (let i = 0; i < embeddings.batchSize; i++) this.maskDecoder.prepare(embeddings.image(i));
    }
    return embeddings;
  }

  /**
   * The vision encoder's features as the reference's method of this name gives them: levels flattened to [H·W, B, C], the two finer ones already
   * projected for the mask decoder, without `no_memory_embedding`.
   */
  async getImageFeatures(
    pixelValues: TensorLike,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Sam2VisionOutput> {
    this.#sessions.assertUsable();
    const encoded = await this.#encoder.encode(pixelValues, {
      signal,
      outputHiddenStates: true,
      noMemoryEmbedding: false,
    });
    const levels = await encoded.embeddings.toTensors();
    await encoded.embeddings.dispose();
    const channels = this.config.visionConfig.fpnHiddenSize;
    const positions = levels.map(({ dims: [batch = 1, , height = 1, width = 1] }) =>
      repeatRows(sinePositionEncoding(channels, height, width), batch),
    );
    return {
      lastHiddenState: encoded.hiddenStates.at(-1) as Tensor<"float32">,
      hiddenStates: encoded.hiddenStates,
      fpnHiddenStates: levels.map(cellsFirst),
      fpnPositionEncoding: positions.map(cellsFirst),
    };
  }

  /**
   * The prompt encoder's output.
   *
   * @returns  sparse float32 [B, N, T, C] (missing when only masks are given), dense float32 [B, C, h, w]
   */
  async getPromptEmbeddings(
    inputs: Pick<Sam2Inputs, "inputPoints" | "inputLabels" | "inputBoxes" | "inputMasks" | "signal">,
  ): Promise<{ sparseEmbeddings?: Tensor<"float32"> | undefined; denseEmbeddings: Tensor<"float32"> }> {
    this.#sessions.assertUsable();
    const { inputMasks, signal } = inputs;
    const hasSparse = inputs.inputPoints != null || inputs.inputBoxes != null;
    const batchSize = (inputs.inputPoints ?? inputs.inputBoxes ?? inputMasks)?.dims[0];
    if (batchSize === undefined) {
      throw new InputError(
        "getPromptEmbeddings: expected inputPoints, inputBoxes or inputMasks, got none of them",
      );
    }
    const session = await this.#sessions.get(`prompt-encoder ${hasSparse} ${inputMasks != null}`, () =>
      promptEncoderGraph(this.config, this.#weights, { points: hasSparse, mask: inputMasks != null }),
    );
    const [height, width] = this.#decoder.maskSize;
    const sparses: Tensor<"float32">[][] = [];
    const denses: Tensor<"float32">[][] = [];
    for (const [image, rows] of promptRows(inputs, batchSize).entries()) {
      const mask =
        inputMasks != null ? maskPromptOfImage(inputMasks, image, 1, batchSize, [height, width]) : undefined;
      const { sparse_embeddings, dense_embeddings } = await session.run(
        {
          ...(hasSparse && {
            points: new Tensor("float32", rows.points, [rows.count, rows.tokens, 2]),
            labels: new Tensor("int32", rows.labels, [rows.count, rows.tokens]),
          }),
          ...(mask && { mask: new Tensor("float32", mask.data, mask.dims) }),
        },
        { signal },
      );
      if (sparse_embeddings) sparses.push([sparse_embeddings]);
      if (dense_embeddings) denses.push([dense_embeddings]);
    }
    const [sparse] = joinRows(sparses);
    const [dense] = joinRows(denses);
    const [rows = 0, tokens = 0, channels = 0] = sparse?.dims ?? [];
    return {
      ...(sparse && { sparseEmbeddings: sparse.reshape([batchSize, rows / batchSize, tokens, channels]) }),
      denseEmbeddings: dense ?? (await this.#noMaskEmbedding(batchSize)),
    };
  }

  /** float32 [1, C, h, w]: the positional encoding of the image cells that the mask decoder adds to them. */
  async getImageWidePositionalEmbeddings(): Promise<Tensor<"float32">> {
    this.#sessions.assertUsable();
    return imageWidePositionalEmbedding(this.config, this.#weights);
  }

  /** Bytes of the tensors that it computes with. An engine takes more: packed copies of them, and the tensors of a run. */
  get weightBytes(): number {
    return this.#weights.names.reduce((sum, name) => sum + this.#weights.get(name).byteLength, 0);
  }

  /** @internal For mask generation: prompts in bulk on one image. */
  get maskDecoder(): MaskDecoder {
    return this.#decoder;
  }

  /** @internal How many prompts a decoder run takes. */
  get promptsPerRun(): number {
    return this.#capabilities.promptsPerRun;
  }

  /** Ends the model's sessions; later calls are refused. The runtime stays. Calling it twice is allowed. */
  dispose(): Promise<void> {
    return this.#sessions.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #handle(given: Sam2Inputs["imageEmbeddings"]): ImageEmbeddings {
    const handle =
      given instanceof ImageEmbeddings ? given : ImageEmbeddings.fromTensors(given as readonly TensorLike[]);
    handle.assertMadeBy(this);
    const side = this.config.embeddingSize;
    if (handle.size[0] !== side || handle.size[1] !== side) {
      throw new ShapeError(
        `imageEmbeddings: expected [${side}, ${side}] cells for ${this.config.imageSize}-pixel inputs, got [${handle.size.join(", ")}]`,
        { expected: [side, side], actual: handle.size },
      );
    }
    return handle;
  }

  #decodeOptions(
    inputs: Sam2Inputs,
    image: number,
    { count, tokens }: PromptRows,
    batchSize: number,
  ): DecodeOptions {
    const { inputMasks, targetEmbedding, attentionSimilarity } = inputs;
    const { hiddenSize, numAttentionHeads, numMultimaskOutputs } = this.config.maskDecoderConfig;
    const [maskHeight, maskWidth] = this.#decoder.maskSize;
    const cells = (maskHeight / 4) * (maskWidth / 4);
    const allTokens = 2 + numMultimaskOutputs + 1 + tokens;
    const begin = image * count;
    return {
      multimask: inputs.multimaskOutput ?? true,
      signal: inputs.signal,
      attentions: inputs.outputAttentions,
      masks:
        inputMasks != null
          ? maskPromptOfImage(inputMasks, image, count, batchSize, [maskHeight, maskWidth])
          : undefined,
      targetEmbedding:
        targetEmbedding != null
          ? this.#targetOfImage(targetEmbedding, image, count, batchSize, allTokens, hiddenSize)
          : undefined,
      attentionSimilarity:
        attentionSimilarity != null
          ? broadcastRows(
              "attentionSimilarity",
              attentionSimilarity,
              [batchSize * count, numAttentionHeads, allTokens, cells],
              begin,
              begin + count,
              [1, 2],
            )
          : undefined,
    };
  }

  /** [B, N, T, C] for one image, as [N, T or 1, C]. */
  #targetOfImage(
    value: TensorLike,
    image: number,
    count: number,
    batchSize: number,
    tokens: number,
    channels: number,
  ): BroadcastRows {
    const shape = [batchSize, count, tokens, channels];
    const { data, dims } = broadcastRows("targetEmbedding", value, shape, image, image + 1, [2]);
    return { data, dims: dims.slice(1) };
  }

  /** `no_mask_embed` on every cell, float32 [B, C, h, w]. */
  async #noMaskEmbedding(batchSize: number): Promise<Tensor<"float32">> {
    const vector = await this.#weights.read("prompt_encoder.no_mask_embed.weight");
    const cells = this.config.embeddingSize ** 2;
    const plane = vector.length * cells;
    const dense = new Float32Array(batchSize * plane);
    for (let at = 0; at < dense.length; at += cells)
      dense.fill(vector[(at % plane) / cells] ?? 0, at, at + cells);
    return new Tensor("float32", dense, [
      batchSize,
      vector.length,
      this.config.embeddingSize,
      this.config.embeddingSize,
    ]);
  }
}
