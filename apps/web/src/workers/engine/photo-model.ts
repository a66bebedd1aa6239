import type { ModelReference } from "@sam2js/checkpoint";
import { EngineError, type Runtime } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import {
  AutoModelForMaskGeneration,
  ImageEmbeddings,
  type MaskGenerationOptions,
  MaskGenerator,
  type SegmentationModel,
} from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import type { PhotoInput, Progress } from "../../protocol/engine.js";
import type { EmbeddingSource } from "./embedding-source.js";
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
  /** Has the embeddings of photos, where this model is a decoder alone. */
  readonly source?: EmbeddingSource | undefined;
}

/** SAM 2 in one image size, and what it knows of photos. */
export class PhotoModel {
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
  readonly #encoded = new KeptEmbeddings<ImageEmbeddings>(MAX_ENCODED);

  readonly #source: EmbeddingSource | undefined;

  private constructor(model: SegmentationModel, processor: Sam2Processor, source?: EmbeddingSource) {
    this.model = model;
    this.processor = processor;
    this.#source = source;
  }

  static async load(reference: ModelReference, options: PhotoModelOptions): Promise<PhotoModel> {
    const { source, ...loading } = options;
    const { runtime, signal, imageSize } = loading;
    const model = await AutoModelForMaskGeneration.fromPretrained(reference, {
      ...loading,
      onWarning: () => {},
    });
    const { store } = runtime;
    const processor = await Sam2Processor.fromPretrained(reference, { runtime, store, signal, imageSize });
    return new PhotoModel(model, processor, source);
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

  /** Masks of everything as they are found, on what is known of the photo; some may show the same thing. */
  async *everything(photo: PhotoInput, options: MaskGenerationOptions): AsyncGenerator<Mask> {
    const lease = await this.#encoded.lease(photo.id, () => this.#encode(photo));
    try {
      const encoded = { embeddings: lease.embeddings, size: [photo.height, photo.width] as const };
      const events = new MaskGenerator(this).stream(photo.blob, { ...options, encoded });
      for await (const event of events) if (event.type === "found") yield event.mask;
    } finally {
      lease.release();
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
    const { maskSize, takesMasks } = this.model;
    const [height, width] = maskSize;
    const { predMasks, iouScores } = await this.model.forward({
      ...inputs,
      imageEmbeddings,
      ...(takesMasks &&
        mask?.length === height * width && {
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
    if (this.#source) {
      const bytes = await this.#source.embeddings(photo, this.model.fingerprint);
      const embeddings = ImageEmbeddings.deserialize(bytes, this.model);
      this.model.prepare(embeddings);
      return embeddings;
    }
    const { pixelValues } = await this.processor.process({ images: photo.blob });
    return this.model.getImageEmbeddings(pixelValues, { prepare: true });
  }
}
