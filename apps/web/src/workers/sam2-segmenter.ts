import type { ModelReference } from "@sam2js/checkpoint";
import { EngineError, type RgbImage, type Runtime } from "@sam2js/core";
import nano from "@sam2js/nano/q8";
import { type ImageEmbeddings, MaskGenerator, Sam2Model } from "@sam2js/pipeline";
import { type Mask, Sam2Processor } from "@sam2js/processor";
import type { DevicePreference, ModelChoice, ModelInfo, PhotoInput, Progress } from "../services/engine.js";
import type { StepAnswer, StepRequest } from "../video/video-engine.js";
import type { Tracking } from "../video/worker/tracking.js";
import { createRuntime } from "./create-runtime.js";
import type { Segmenter, SegmenterAnswer, SegmenterPrompts } from "./segmenter.js";

/** Embeddings of so many photos are kept: 16 MB each with the published models. */
const MAX_ENCODED = 3;

/** What "Everything" asks of a mask; the page filters further, so that a slider needs no second run. */
const LEAST_SCORE = 0.5;
const LEAST_STABILITY = 0.75;

/** SAM 2 on the web runtime. */
export class Sam2Segmenter implements Segmenter {
  readonly info: ModelInfo;
  readonly #model: Sam2Model;
  readonly #processor: Sam2Processor;
  readonly #runtime: Runtime;
  readonly #reference: ModelReference;
  /** The video half: loaded when a video is opened. */
  #tracking: Promise<Tracking> | undefined;
  readonly #encoded = new Map<string, Promise<ImageEmbeddings>>();

  private constructor(
    info: ModelInfo,
    model: Sam2Model,
    processor: Sam2Processor,
    runtime: Runtime,
    reference: ModelReference,
  ) {
    this.info = info;
    this.#model = model;
    this.#processor = processor;
    this.#runtime = runtime;
    this.#reference = reference;
  }

  static async load(
    choice: ModelChoice,
    device: DevicePreference,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<Sam2Segmenter> {
    const runtime = createRuntime(device);
    try {
      const reference = toReference(choice);
      const model = await Sam2Model.fromPretrained(reference, {
        runtime,
        signal,
        onProgress,
        onWarning: () => {},
      });
      const processor = await Sam2Processor.fromPretrained(reference, {
        runtime,
        store: runtime.store,
        signal,
      });
      const { device: used, threads } = await runtime.capabilities();
      const info = { name: model.name, device: used, threads, imageSize: model.config.imageSize };
      return new Sam2Segmenter(info, model, processor, runtime, reference);
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  async encode(photo: PhotoInput, signal: AbortSignal): Promise<void> {
    await this.#embeddings(photo, signal);
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

  async #decode(photo: PhotoInput, prompts: SegmenterPrompts, signal: AbortSignal): Promise<SegmenterAnswer> {
    const imageEmbeddings = await this.#embeddings(photo, signal);
    const { points, box, mask } = prompts;
    const inputs = await this.#processor.process({
      originalSizes: [[photo.height, photo.width]],
      ...(points.length > 0 && {
        inputPoints: [[points.map(({ x, y }) => [x, y])]],
        inputLabels: [[points.map(({ isInclude }) => (isInclude ? 1 : 0))]],
      }),
      ...(box && { inputBoxes: [[[box.x0, box.y0, box.x1, box.y1]]] }),
    });
    const side = this.#model.config.imageSize / 4;
    const { predMasks, iouScores } = await this.#model.forward({
      ...inputs,
      imageEmbeddings,
      ...(mask?.length === side * side && {
        inputMasks: { type: "float32" as const, dims: [1, 1, side, side], data: mask },
      }),
      multimaskOutput: prompts.isMultimask,
      signal,
    });
    const [, , masks = 0, height = 0, width = 0] = predMasks.dims;
    const size = height * width;
    return {
      logits: Array.from({ length: masks }, (_, i) => predMasks.data.slice(i * size, (i + 1) * size)),
      size: [height, width],
      scores: [...iouScores.data],
    };
  }

  async *everything(
    photo: PhotoInput,
    pointsPerSide: number,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): AsyncGenerator<Mask> {
    const generator = new MaskGenerator({ model: this.#model, processor: this.#processor });
    const events = generator.stream(photo.blob, {
      pointsPerCrop: pointsPerSide,
      predIouThresh: LEAST_SCORE,
      stabilityScoreThresh: LEAST_STABILITY,
      // Few at a time, so that a click in between does not wait.
      pointsPerBatch: 16,
      signal,
      onProgress: ({ done, total }) => onProgress(done, total ?? 0),
    });
    for await (const event of events) if (event.type === "found") yield event.mask;
  }

  decodeImage(blob: Blob): Promise<RgbImage> {
    return this.#runtime.decodeImage(blob);
  }

  async track(request: StepRequest, signal: AbortSignal): Promise<StepAnswer> {
    const tracking = await this.#videoHalf();
    return tracking.step(request, signal);
  }

  async dispose(): Promise<void> {
    const tracking = await this.#tracking?.catch(() => undefined);
    await tracking?.dispose();
    await this.#model.dispose();
    await this.#runtime.dispose();
  }

  #videoHalf(): Promise<Tracking> {
    this.#tracking ??= import("../video/worker/tracking.js").then(({ Tracking }) =>
      Tracking.load(this.#reference, this.#runtime),
    );
    this.#tracking.catch(() => {
      this.#tracking = undefined;
    });
    return this.#tracking;
  }

  /** Work once begun is finished for the next call, also if this one is given up. */
  #embeddings(photo: PhotoInput, signal: AbortSignal): Promise<ImageEmbeddings> {
    signal.throwIfAborted();
    let encoded = this.#encoded.get(photo.id);
    this.#encoded.delete(photo.id);
    if (!encoded) {
      encoded = this.#encode(photo);
      encoded.catch(() => this.#encoded.delete(photo.id));
    }
    this.#encoded.set(photo.id, encoded);
    for (const [id, old] of [...this.#encoded].slice(0, -MAX_ENCODED)) {
      this.#encoded.delete(id);
      old.then((embeddings) => embeddings.dispose()).catch(() => undefined);
    }
    return encoded;
  }

  async #encode(photo: PhotoInput): Promise<ImageEmbeddings> {
    const { pixelValues } = await this.#processor.process({ images: photo.blob });
    return this.#model.getImageEmbeddings(pixelValues);
  }
}

function toReference(choice: ModelChoice): ModelReference {
  if (choice.kind === "nano") return nano;
  return choice.kind === "hub" ? choice.id : choice.files;
}
