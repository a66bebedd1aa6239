import type { ModelReference } from "@sam2js/checkpoint";
import { EngineError, type Runtime } from "@sam2js/core";
import { AutoModelForMaskGeneration, type ImageEmbeddings, type SegmentationModel } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import type { PhotoInput, Progress } from "../../protocol/engine.js";
import { KeptEmbeddings } from "./kept-embeddings.js";
import type { SegmenterAnswer, SegmenterPrompts } from "./segmenter.js";

/** Embeddings of so many photos are kept: 16 MB each with the published models. */
const MAX_ENCODED = 3;

export interface PhotoModelOptions {
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Side of the input in pixels, where it is not the checkpoint's own. */
  readonly imageSize?: number;
}

/** SAM 2 in one image size, and what it knows of photos. */
export class PhotoModel {
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
  readonly #encoded = new KeptEmbeddings<ImageEmbeddings>(MAX_ENCODED);

  private constructor(model: SegmentationModel, processor: Sam2Processor) {
    this.model = model;
    this.processor = processor;
  }

  static async load(reference: ModelReference, options: PhotoModelOptions): Promise<PhotoModel> {
    const { runtime, signal, imageSize } = options;
    const model = await AutoModelForMaskGeneration.fromPretrained(reference, {
      ...options,
      onWarning: () => {},
    });
    const { store } = runtime;
    const processor = await Sam2Processor.fromPretrained(reference, { runtime, store, signal, imageSize });
    return new PhotoModel(model, processor);
  }

  knows(photoId: string): boolean {
    return this.#encoded.has(photoId);
  }

  async encode(photo: PhotoInput, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#encoded.use(
      photo.id,
      () => this.#encode(photo),
      () => undefined,
    );
  }

  async decode(photo: PhotoInput, prompts: SegmenterPrompts, signal: AbortSignal): Promise<SegmenterAnswer> {
    try {
      return await this.#decode(photo, prompts, signal);
    } catch (error) {
      // Embeddings lay on a device or in a worker that is gone; the runtime has another one by now.
      if (!EngineError.isInstance(error) || error.code !== "DEVICE_LOST") throw error;
      this.#encoded.clear();
      return this.#decode(photo, prompts, signal);
    }
  }

  /** Frees what is known of a photo. */
  forget(photoId: string): void {
    this.#encoded.forget(photoId);
  }

  /** The runtime stays. */
  dispose(): Promise<void> {
    return this.model.dispose();
  }

  #decode(photo: PhotoInput, prompts: SegmenterPrompts, signal: AbortSignal): Promise<SegmenterAnswer> {
    signal.throwIfAborted();
    return this.#encoded.use(
      photo.id,
      () => this.#encode(photo),
      (embeddings) => this.#decodeWith(embeddings, photo, prompts, signal),
    );
  }

  async #decodeWith(
    imageEmbeddings: ImageEmbeddings,
    photo: PhotoInput,
    prompts: SegmenterPrompts,
    signal: AbortSignal,
  ): Promise<SegmenterAnswer> {
    const { points, box, mask } = prompts;
    const inputs = await this.processor.process({
      originalSizes: [[photo.height, photo.width]],
      ...(points.length > 0 && {
        inputPoints: [[points.map(({ x, y }) => [x, y])]],
        inputLabels: [[points.map(({ isInclude }) => (isInclude ? 1 : 0))]],
      }),
      ...(box && { inputBoxes: [[[box.x0, box.y0, box.x1, box.y1]]] }),
    });
    const [height, width] = this.model.maskSize;
    const { predMasks, iouScores } = await this.model.forward({
      ...inputs,
      imageEmbeddings,
      ...(mask?.length === height * width && {
        inputMasks: { type: "float32" as const, dims: [1, 1, height, width], data: mask },
      }),
      multimaskOutput: prompts.isMultimask,
      signal,
    });
    const [, , masks = 0] = predMasks.dims;
    const size = height * width;
    return {
      logits: Array.from({ length: masks }, (_, i) => predMasks.data.slice(i * size, (i + 1) * size)),
      size: [height, width],
      scores: [...iouScores.data],
    };
  }

  async #encode(photo: PhotoInput): Promise<ImageEmbeddings> {
    const { pixelValues } = await this.processor.process({ images: photo.blob });
    return this.model.getImageEmbeddings(pixelValues, { prepare: true });
  }
}
