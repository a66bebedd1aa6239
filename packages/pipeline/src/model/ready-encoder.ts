import type { ReadyModel } from "@sam2js/checkpoint";
import { refuseReady } from "@sam2js/checkpoint";
import {
  type ImageModelConfig,
  raceAbort,
  type SessionCache,
  ShapeError,
  type ValueInfo,
} from "@sam2js/core";
import {
  checkPixelValues,
  type EncodedImages,
  type EncodeOptions,
  ImageEmbeddings,
  type ImageEncoder,
  type PixelBatch,
} from "@sam2js/embeddings";
import { embeddingsFromReference } from "@sam2js/graph";
import { inputTensor, outputTensors } from "./ready-tensors.js";

/** The image encoder of ready-made ONNX files, image by image. */
export class ReadyEncoder implements Pick<ImageEncoder, keyof ImageEncoder> {
  readonly #ready: ReadyModel;
  readonly #name: string;
  readonly #config: ImageModelConfig;
  readonly #sessions: SessionCache;
  readonly #fingerprint: string;

  /** @param name  what messages call the model */
  constructor(
    ready: ReadyModel,
    name: string,
    config: ImageModelConfig,
    sessions: SessionCache,
    fingerprint: string,
  ) {
    this.#ready = ready;
    this.#name = name;
    this.#config = config;
    this.#sessions = sessions;
    this.#fingerprint = fingerprint;
  }

  async warmUp(): Promise<void> {
    await this.#session();
  }

  async trim(): Promise<void> {
    await (await this.#session()).trim?.();
  }

  checkPixels(pixelValues: unknown): PixelBatch {
    const { imageSize, numChannels } = this.#config.visionConfig;
    return checkPixelValues(pixelValues, imageSize, numChannels);
  }

  /** @throws {UnsupportedError} hidden states or attention weights, which the file does not give */
  async encode(pixels: PixelBatch, options: EncodeOptions): Promise<EncodedImages> {
    const { outputHiddenStates, outputAttentions, noMemoryEmbedding = true, sideBySide, signal } = options;
    if (outputHiddenStates || outputAttentions || !noMemoryEmbedding)
      refuseReady(this.#name, "the vision encoder's hidden states");
    const { encoder } = this.#ready;
    const input = encoder.inputs[0] as ValueInfo;
    const session = await raceAbort(this.#session(sideBySide), signal);
    const side = this.#config.embeddingSize;
    const all = [];
    for (let image = 0; image < pixels.batchSize; image++) {
      const pixel_values = inputTensor(input, pixels.imageData(image), pixels.dims);
      const levels = outputTensors(encoder, await session.run({ [input.name]: pixel_values }, { signal }));
      const { images, size } = embeddingsFromReference(levels);
      if (size[0] !== side || size[1] !== side)
        throw ShapeError.expected(this.#name, `an embedding of ${side} x ${side}`, size, "give imageSize");
      all.push({ images, levels });
    }
    const embeddings = new ImageEmbeddings(
      all.flatMap(({ images }) => images),
      [side, side],
      this.#fingerprint,
    );
    for (const [i, { levels }] of all.entries()) embeddings.image(i).reference = Promise.resolve(levels);
    return { embeddings, hiddenStates: [], attentions: [] };
  }

  #session(sideBySide = false) {
    const name = sideBySide ? "encoder side by side" : "encoder";
    return this.#sessions.get(name, () => this.#ready.encoder, { sideBySide });
  }
}
