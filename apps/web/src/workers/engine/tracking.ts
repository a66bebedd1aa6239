import type { ModelReference } from "@sam2js/checkpoint";
import { InputError, type Runtime } from "@sam2js/core";
import { rleArea } from "@sam2js/masks";
import { FrameReader } from "@sam2js/media";
import {
  AutoVideoModel,
  type Sam2VideoInferenceSession,
  Sam2VideoProcessor,
  type Sam2VideoSegmentationOutput,
  TRANSFORMERS_POLICY,
  type TrackingPolicy,
  type VideoSegmentationModel,
} from "@sam2js/video";
import type { FoundObject, StepAnswer, StepRequest, VideoInput } from "../../protocol/video-engine.js";
import { DrawnPixels } from "../clip/drawn-pixels.js";
import { openClip } from "../clip/open-clip.js";
import { syncPrompts, TakenPrompts } from "./sync-prompts.js";

/** A correction refines the mask that was there; small holes are filled. */
const POLICY: TrackingPolicy = {
  ...TRANSFORMERS_POLICY,
  feedsEarlierLogits: true,
  correctionDirection: "tracked",
  hardMemory: "object",
  fillHoleArea: 8,
};

interface OpenVideo {
  readonly id: string;
  readonly session: Sam2VideoInferenceSession;
  readonly reader: FrameReader<ImageData> | undefined;
  readonly taken: TakenPrompts;
}

/** Follows objects through one video or camera at a time, with the video half of a model. */
export class Tracking {
  readonly #model: VideoSegmentationModel;
  readonly #processor: Sam2VideoProcessor;
  /** Of a camera's frames. */
  readonly #drawn = new DrawnPixels();
  #video: Promise<OpenVideo> | undefined;
  #videoId = "";

  private constructor(model: VideoSegmentationModel, processor: Sam2VideoProcessor) {
    this.#model = model;
    this.#processor = processor;
  }

  /** @throws {ConfigError} the model has no video half */
  static async load(reference: ModelReference, runtime: Runtime): Promise<Tracking> {
    const options = { runtime, store: runtime.store };
    const model = await AutoVideoModel.fromPretrained(reference, { ...options, onWarning: () => {} });
    return new Tracking(model, await Sam2VideoProcessor.fromPretrained(reference, options));
  }

  /** Computes one frame. */
  async step(request: StepRequest, signal: AbortSignal): Promise<StepAnswer> {
    const start = performance.now();
    const { session, taken } = await this.#open(request.video);
    const { frame, objectIds, isReverse, image } = request;
    syncPrompts(this.#processor, session, taken, request.objects, image !== undefined);
    const settings = { objectIds, replay: true, signal };
    // An object whose prompts were taken anew begins on their frames.
    for (const object of request.objects) {
      if (image || !objectIds.includes(object.id)) continue;
      for (const prompted of taken.freshFrames(object.id)) {
        if (prompted !== frame) {
          await this.#model.forward(session, {
            ...settings,
            frameIndex: prompted,
            objectIds: [object.id],
          });
        }
        taken.noteUsed(object.id, prompted);
      }
    }
    const output = await this.#model.forward(session, {
      ...settings,
      reverse: isReverse,
      frameIndex: frame,
      ...(image && { frame: this.#pixelsOf(image) }),
    });
    for (const id of objectIds) taken.noteUsed(id, frame);
    return { frame, found: toFound(output), elapsedMs: performance.now() - start };
  }

  async #close(): Promise<void> {
    const old = this.#video;
    this.#video = undefined;
    this.#videoId = "";
    const open = await old?.catch(() => undefined);
    await open?.session.dispose();
    await open?.reader?.dispose();
  }

  async dispose(): Promise<void> {
    await this.#close();
    await this.#model.dispose();
  }

  #pixelsOf(image: ImageBitmap): ImageData {
    const { width, height } = image;
    return this.#drawn.read(width, height, (context) => context.drawImage(image, 0, 0));
  }

  async #open(video: VideoInput): Promise<OpenVideo> {
    if (this.#video && this.#videoId === video.id) return this.#video;
    await this.#close();
    this.#videoId = video.id;
    const opening = this.#begin(video);
    this.#video = opening;
    // A video that could not be opened may be tried again.
    opening.catch(() => {
      if (this.#video === opening) this.#video = undefined;
    });
    return opening;
  }

  async #begin({ id, name, blob }: VideoInput): Promise<OpenVideo> {
    if (!blob) {
      const session = this.#processor.initVideoSession({ retention: "head", policy: POLICY });
      return { id, session, reader: undefined, taken: new TakenPrompts() };
    }
    const clip = await openClip(blob, name);
    const reader = new FrameReader(clip, { keepsBehind: false });
    const { times, width, height } = clip;
    const session = this.#processor.initVideoSession({
      video: {
        length: times.length,
        size: [height, width],
        get: (index, options) => reader.get(index, options?.signal),
      },
      policy: POLICY,
      maxVisionFeaturesCacheSize: 2,
    });
    return { id, session, reader, taken: new TakenPrompts() };
  }
}

function toFound(output: Sam2VideoSegmentationOutput): FoundObject[] {
  const masks = output.toMasks();
  return output.objectIds.map((id, index) => {
    const mask = masks[index];
    if (!mask) throw InputError.expected(`object ${id}`, "a mask", "none");
    return {
      id: String(id),
      // A copy: counts may be a view of something larger.
      rle: { size: mask.size, counts: mask.counts.slice() },
      score: output.objectScoreLogits.data[index] ?? 0,
      area: rleArea(mask),
    };
  });
}
