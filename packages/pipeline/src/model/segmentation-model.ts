import {
  decoderFile,
  type Loaded,
  type ModelDefinition,
  modelDefinition,
  requireLoaded,
  type SaveOptions,
  savePretrained,
} from "@sam2js/checkpoint";
import {
  checkMembers,
  checkOneArgument,
  checkOptions,
  type ImageModelConfig,
  InputError,
  type Runtime,
  type RuntimeCapabilities,
  raceAbort,
  SessionCache,
  type Tensor,
  type TensorLike,
  UnsupportedError,
} from "@sam2js/core";
import {
  checkVisionOutputs,
  type ImageEmbeddings,
  ImageEncoder,
  imageFeatures,
  joinRows,
  type PromptEmbeddingInputs,
  type PromptEmbeddings,
  promptEmbeddings,
  promptRows,
  type Sam2VisionOutput,
} from "@sam2js/embeddings";
import {
  decoderWeights,
  imageWidePositionalEmbedding,
  isIgnoredByImages,
  isVisionWeight,
  sam2Weights,
  unsuitedDtypes,
  VISION_PREFIX,
} from "@sam2js/graph";
import { decodeOptions } from "./decode-options.js";
import { givenEmbeddings } from "./given-embeddings.js";
import { type DecodedPrompts, MaskDecoder, type PromptDecoder } from "./mask-decoder.js";
import { ReadyDecoder } from "./ready-decoder.js";
import { ReadyEncoder } from "./ready-encoder.js";
import { SAM2_INPUTS, type Sam2ImageSegmentationOutput, type Sam2Inputs } from "./sam2-outputs.js";

/** How the model of a family is loaded. @param parse  reads its config */
export function segmentationDefinition<C extends ImageModelConfig>(
  className: string,
  parse: (json: unknown) => C,
): ModelDefinition<C> {
  const tensors = (config: C, found: Loaded<unknown>["checkpoint"]["tensors"]) => ({
    specs: hasVision(found) ? sam2Weights(config) : decoderWeights(config),
    ignores: isIgnoredByImages,
    appliesDtype: isVisionWeight,
    unsuited: unsuitedDtypes(config.visionConfig),
  });
  return modelDefinition(className, parse, tensors, true);
}

/** A checkpoint without it was saved for decoding alone. */
function hasVision(found: Loaded<unknown>["checkpoint"]["tensors"]): boolean {
  return [...found.keys()].some((name) => name.startsWith(VISION_PREFIX));
}

/**
 * Segmentation of images by prompts: encodes an image once and answers prompts on it. What SAM 2 and EdgeTAM have in common, which is all
 * but the backbone.
 *
 * Calls may overlap; they queue in the runtime. Dispose of the model when done.
 */
export abstract class SegmentationModel<C extends ImageModelConfig = ImageModelConfig> {
  /** What messages call the model: its id, folder or file. */
  readonly name: string;
  /** What `config.json` says, in the image size that is used. Immutable. */
  readonly config: C;
  /** Differs between checkpoints, and between image sizes of one checkpoint. */
  readonly fingerprint: string;
  /** What it runs on. */
  readonly runtime: Runtime;
  /** Whether it can encode images; a decoder alone (`saveDecoder`) takes embeddings that were made elsewhere. */
  readonly hasEncoder: boolean;
  /** Whether it runs ONNX files that another program may have written, as they are: in one image size, without the tensors of a checkpoint. */
  readonly isReadyMade: boolean;
  /** Whether masks may be prompts. Only ready-made files may lack an input for them. */
  readonly takesMasks: boolean;
  readonly #loaded: Loaded<C>;
  readonly #sessions: SessionCache;
  readonly #encoder: Pick<ImageEncoder, keyof ImageEncoder>;
  readonly #decoder: PromptDecoder;
  readonly #capabilities: RuntimeCapabilities;
  readonly #className: string;
  /** Whether anything was asked of it since it was loaded. */
  #isUsed = false;

  /** @internal */
  protected constructor(className: string, loaded: Loaded<C>, capabilities: RuntimeCapabilities) {
    requireLoaded(loaded, className);
    this.#className = className;
    const { name, config, runtime, weights, ready } = loaded;
    this.name = name;
    this.config = config;
    this.runtime = runtime;
    this.fingerprint = `${weights.fingerprint}@${config.imageSize}`;
    this.hasEncoder = ready !== undefined || hasVision(loaded.checkpoint.tensors);
    this.isReadyMade = ready !== undefined;
    this.takesMasks = !ready || ready.decoder.inputs.some((input) => input.name === "mask_input");
    this.#loaded = loaded;
    this.#capabilities = capabilities;
    this.#sessions = new SessionCache(runtime, `model ${name}`);
    const [sessions, id] = [this.#sessions, this.fingerprint];
    this.#encoder = ready
      ? new ReadyEncoder(ready, name, config, sessions, id)
      : new ImageEncoder(config, weights, sessions, capabilities, id);
    this.#decoder = ready
      ? new ReadyDecoder(ready, name, config, sessions, capabilities)
      : new MaskDecoder(config, weights, sessions, capabilities);
  }

  /** [height, width] of masks in low resolution: of `predMasks`, and of masks as prompts, which are resized to it. */
  get maskSize(): readonly [number, number] {
    return this.config.maskSize;
  }

  /**
   * Segments what the prompts point at.
   *
   * @throws {InputError} not exactly one of `pixelValues` and `imageEmbeddings`, an unknown input, prompts that do not fit together
   * @throws {ShapeError} a tensor of another shape
   */
  async forward(inputs: Sam2Inputs = {}, ...rest: never[]): Promise<Sam2ImageSegmentationOutput> {
    this.#sessions.assertUsable();
    checkOneArgument(rest, `${this.#className}.forward`);
    this.#isUsed = true;
    checkOptions(inputs, SAM2_INPUTS, `${this.#className}.forward`);
    const { pixelValues, signal, outputHiddenStates, outputAttentions } = inputs;
    if ((pixelValues == null) === (inputs.imageEmbeddings == null)) {
      const got = pixelValues == null ? "none" : "both";
      throw new InputError(
        `forward: expected exactly one of pixelValues and imageEmbeddings, got ${got}; encode an image or give embeddings`,
        { name: "forward", expected: "pixelValues or imageEmbeddings", got },
      );
    }
    checkVisionOutputs(this.config.visionConfig, { outputHiddenStates, outputAttentions });
    if (pixelValues == null && outputHiddenStates) {
      throw new InputError(
        "outputHiddenStates: expected pixelValues, got imageEmbeddings, which hold no hidden states; give the image",
        { name: "outputHiddenStates", expected: "pixelValues", got: "imageEmbeddings" },
      );
    }
    const given = pixelValues == null ? givenEmbeddings(inputs.imageEmbeddings, this) : undefined;
    const pixels = given ? undefined : this.#checkPixels(pixelValues);
    const prompts = promptRows(inputs, (given ?? pixels)?.batchSize);
    const options = decodeOptions(inputs, prompts, this.config);
    const encoded =
      pixels && (await this.#encoder.encode(pixels, { signal, outputHiddenStates, outputAttentions }));
    const imageEmbeddings = given ?? (encoded?.embeddings as ImageEmbeddings);
    try {
      const decoded: DecodedPrompts[] = [];
      for (const [image, rows] of prompts.entries()) {
        const own = options[image] as (typeof options)[0];
        decoded.push(await this.#decoder.decode(imageEmbeddings.image(image), rows, own));
      }
      const [iouScores, predMasks, objectScoreLogits] = joinRows(
        decoded.map((each) => [each.iouScores, each.predMasks, each.objectScoreLogits]),
      ) as [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];
      const byImage = (tensor: Tensor<"float32">) =>
        tensor.reshape([prompts.length, (tensor.dims[0] ?? 0) / prompts.length, ...tensor.dims.slice(1)]);
      return {
        iouScores: byImage(iouScores),
        predMasks: byImage(predMasks),
        objectScoreLogits: byImage(objectScoreLogits),
        imageEmbeddings,
        ...(encoded && outputHiddenStates && { visionHiddenStates: encoded.hiddenStates }),
        ...(encoded && outputAttentions && { visionAttentions: encoded.attentions }),
        ...(outputAttentions && { maskDecoderAttentions: joinRows(decoded.map((each) => each.attentions)) }),
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
   *                     Costs a fiftieth of the encoding and 45 MB an image at 1024 pixels. Default false: the first prompt computes it.
   *                     `onHost`: bring the tensors here at once, for embeddings that are stored and not prompted: serializing them copies less. Default false.
   *                     `sideBySide`: share out the engine's threads to calls that overlap, `capabilities().sideBySideRuns` of them at a time, instead of
   *                     doing one after the other on all threads: more images a second, each of them later, the same numbers. Takes the memory of as many
   *                     encoders, and brings embeddings here as `onHost` does. Default false
   * @returns            a handle that the caller disposes of
   * @throws {ShapeError} another shape, most often a processor of another image size
   */
  async getImageEmbeddings(
    pixelValues: TensorLike,
    options: {
      signal?: AbortSignal | undefined;
      prepare?: boolean | undefined;
      onHost?: boolean | undefined;
      sideBySide?: boolean | undefined;
    } = {},
  ): Promise<ImageEmbeddings> {
    this.#sessions.assertUsable();
    this.#isUsed = true;
    checkOptions(options, ["signal", "prepare", "onHost", "sideBySide"], "getImageEmbeddings");
    const { prepare = false, ...how } = options;
    const { embeddings } = await this.#encoder.encode(this.#checkPixels(pixelValues), how);
    if (prepare) this.prepare(embeddings);
    return embeddings;
  }

  /** Begins with what all prompts of these embeddings share, so that the first need not wait for it: for embeddings that were made elsewhere. */
  prepare(imageEmbeddings: ImageEmbeddings): void {
    const given = givenEmbeddings(imageEmbeddings, this);
    for (let i = 0; i < given.batchSize; i++) this.#decoder.prepare(given.image(i));
  }

  /**
   * The vision encoder's features as the reference's method of this name gives them: levels flattened to [H·W, B, C], the two finer ones already
   * projected for the mask decoder, without `no_memory_embedding`.
   */
  async getImageFeatures(
    pixelValues: TensorLike,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Sam2VisionOutput> {
    this.#sessions.assertUsable();
    checkOptions(options, ["signal"], "getImageFeatures");
    const pixels = this.#checkPixels(pixelValues);
    return imageFeatures(this.#encoder, pixels, this.config.visionConfig.fpnHiddenSize, options.signal);
  }

  /**
   * The prompt encoder's output. Masks are not resized here, as in the reference.
   *
   * @throws {InputError} an unknown input, labels without points, a mask whose sides are no multiples of 4
   * @throws {ShapeError} prompts that do not fit together
   */
  async getPromptEmbeddings(inputs: PromptEmbeddingInputs = {}): Promise<PromptEmbeddings> {
    this.#sessions.assertUsable();
    return promptEmbeddings(inputs, { ...this.#loaded, sessions: this.#sessions });
  }

  /** float32 [1, C, h, w]: the positional encoding of the image cells that the mask decoder adds to them. */
  async getImageWidePositionalEmbeddings(): Promise<Tensor<"float32">> {
    this.#sessions.assertUsable();
    return imageWidePositionalEmbedding(this.config, this.#loaded.weights);
  }

  /**
   * Saves the model as the reference's `save_pretrained` does: `config.json` and the checkpoint's tensors in the types that they have there.
   *
   * @param folder  is made if need be; without one nothing is written, and the files are handed out
   * @throws {UnsupportedError} a folder where the platform has no file system  @throws {StoreError} no room, or no right
   */
  savePretrained(folder?: string | URL, options?: SaveOptions): Promise<File[]> {
    return savePretrained(this.#loaded, folder, options);
  }

  /**
   * The decoder alone, with its settings, as one file of about 17 MB: whoever loads it (`openDecoderFile` of `@sam2js/checkpoint`) answers prompts on
   * embeddings that this model made, without its image encoder.
   *
   * @param processor  of the same checkpoint and image size
   */
  saveDecoder(
    processor: { toJSON(): object },
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<File> {
    checkOptions(options, ["signal"], "saveDecoder");
    checkMembers(
      processor,
      "processor",
      "a processor, such as Sam2Processor.fromPretrained(…) gives",
      "toJSON",
    );
    const { checkpoint, config } = this.#loaded;
    const others = new Set(sam2Weights(config).map(({ name }) => name));
    for (const { name } of decoderWeights(config)) others.delete(name);
    const tensors = [...checkpoint.tensors.values()].filter(
      ({ name }) => !others.has(name) && !name.startsWith(VISION_PREFIX) && !isIgnoredByImages(name),
    );
    const content = { checkpoint, tensors, config: config.stringify(), processor: processor.toJSON() };
    return decoderFile(content, this.decoderFileName, options.signal);
  }

  /** What the file of {@link saveDecoder} is called. */
  get decoderFileName(): string {
    return `decoder-${this.fingerprint}.safetensors`;
  }

  /** Bytes of the tensors that it computes with. An engine takes more: packed copies of them, and the tensors of a run. */
  get weightBytes(): number {
    const { weights, ready } = this.#loaded;
    if (ready) return ready.sizeBytes;
    return weights.names.reduce((sum, name) => sum + weights.get(name).byteLength, 0);
  }

  /** @internal For mask generation: prompts in bulk on one image. */
  get maskDecoder(): PromptDecoder {
    return this.#decoder;
  }

  /** @internal Gives back the memory that encoding took, behind what was asked for so far. The next encoding takes it anew, which costs a tenth of its time. */
  trimEncoder(): void {
    this.#encoder.trim().catch(() => undefined); // a run says what is wrong
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

  /** @internal Makes the session that images need; those that clicks need follow behind what the caller does next. */
  async warmUp(signal: AbortSignal | undefined): Promise<void> {
    try {
      if (this.hasEncoder) await raceAbort(this.#encoder.warmUp(), signal);
    } catch (error) {
      await this.dispose();
      throw error;
    }
    void this.#warmUpDecoder();
  }

  #checkPixels(pixelValues: unknown) {
    if (this.hasEncoder) return this.#encoder.checkPixels(pixelValues);
    throw UnsupportedError.expected(
      this.name,
      "embeddings",
      "an image, which a decoder alone cannot encode",
      "encode it where the whole model is, with sam2 serve or sam2 encode",
    );
  }

  /**
   * Begins with the sessions that clicks need, behind what the caller does now, and rehearses unless the model is asked for something before.
   * Failures are told to whoever decodes.
   */
  async #warmUpDecoder(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    try {
      await this.#decoder.warmUp();
      if (!this.#isUsed) await this.#decoder.rehearse();
    } catch {}
  }
}
