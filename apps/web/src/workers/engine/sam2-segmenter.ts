import { type ModelReference, openDecoderFile } from "@sam2js/checkpoint";
import { type RgbImage, type Runtime, UnsupportedError } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import nano from "@sam2js/nano/q8";
import {
  type DevicePreference,
  isRemote,
  type LocalChoice,
  type ModelChoice,
  type ModelInfo,
  type PhotoInput,
  type Progress,
  remoteName,
} from "../../protocol/engine.js";
import type { StepAnswer, StepRequest } from "../../protocol/video-engine.js";
import { createRuntime } from "./create-runtime.js";
import { DraftModel, draftSideOf } from "./draft-model.js";
import { embeddingSource } from "./embedding-source.js";
import { PhotoModel } from "./photo-model.js";
import type { Segmenter, SegmenterAnswer, SegmenterPrompts } from "./segmenter.js";
import type { Tracking } from "./tracking.js";

/** What "Everything" asks of a mask; the page filters further, so that a slider needs no second run. */
const LEAST_SCORE = 0.5;
const LEAST_STABILITY = 0.75;

/** SAM 2 on the web runtime. */
export class Sam2Segmenter implements Segmenter {
  readonly info: ModelInfo;
  readonly #photos: PhotoModel;
  readonly #drafts: DraftModel | undefined;
  readonly #runtime: Runtime;
  readonly #reference: ModelReference;
  /** The video half: loaded when a video is opened. */
  #tracking: Promise<Tracking> | undefined;

  private constructor(info: ModelInfo, photos: PhotoModel, runtime: Runtime, reference: ModelReference) {
    this.info = info;
    this.#photos = photos;
    this.#runtime = runtime;
    this.#reference = reference;
    const { draftSize, device } = info;
    this.#drafts =
      draftSize === null ? undefined : new DraftModel(reference, device as DevicePreference, draftSize);
  }

  static async load(
    choice: ModelChoice,
    device: DevicePreference,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<Sam2Segmenter> {
    const runtime = createRuntime(device, { leavesCore: choice.kind === "nano" });
    try {
      const { reference, source } = await open(choice, signal);
      const photos = await PhotoModel.load(reference, { runtime, signal, onProgress, source });
      const { device: used, threads } = await runtime.capabilities();
      const { imageSize } = photos.model.config;
      const info: ModelInfo = {
        name: isRemote(choice) ? remoteName(photos.model.name, choice) : photos.model.name,
        device: used,
        threads,
        imageSize,
        draftSize: source ? null : draftSideOf(photos.model),
        encodes: isRemote(choice) ? choice.kind : "here",
      };
      return new Sam2Segmenter(info, photos, runtime, reference);
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  async encode(photo: PhotoInput, isDraft: boolean, signal: AbortSignal): Promise<void> {
    if (isDraft && this.#drafts) return this.#drafts.encode(photo, signal);
    await this.#photos.encode(photo, signal);
    // Who gave it up goes on with the draft.
    if (!signal.aborted) this.#drafts?.forget(photo.id);
  }

  decode(photo: PhotoInput, prompts: SegmenterPrompts, signal: AbortSignal): Promise<SegmenterAnswer> {
    const isDraft = prompts.isDraft && (this.#drafts?.knows(photo.id) || !this.#photos.knows(photo.id));
    const model = (isDraft && this.#drafts) || this.#photos;
    return model.decode(photo, prompts, signal);
  }

  async *everything(
    photo: PhotoInput,
    pointsPerSide: number,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): AsyncGenerator<Mask> {
    yield* this.#photos.everything(photo, {
      pointsPerCrop: pointsPerSide,
      predIouThresh: LEAST_SCORE,
      stabilityScoreThresh: LEAST_STABILITY,
      // Few at a time, so that a click in between does not wait.
      pointsPerBatch: 16,
      signal,
      onProgress: ({ done, total }) => onProgress(done, total ?? 0),
    });
  }

  decodeImage(blob: Blob): Promise<RgbImage> {
    return this.#runtime.decodeImage(blob);
  }

  async track(request: StepRequest, signal: AbortSignal): Promise<StepAnswer> {
    if (this.info.encodes !== "here")
      throw UnsupportedError.expected("video", "a model that encodes here", this.info.name);
    const tracking = await this.#videoHalf();
    return tracking.step(request, signal);
  }

  async dispose(): Promise<void> {
    const tracking = await this.#tracking?.catch(() => undefined);
    await tracking?.dispose();
    await this.#drafts?.dispose();
    await this.#photos.dispose();
    await this.#runtime.dispose();
  }

  #videoHalf(): Promise<Tracking> {
    this.#tracking ??= import("./tracking.js").then(({ Tracking }) =>
      Tracking.load(this.#reference, this.#runtime),
    );
    this.#tracking.catch(() => {
      this.#tracking = undefined;
    });
    return this.#tracking;
  }
}

/** The files of a model, and of one that does not encode here what has the embeddings. */
async function open(choice: ModelChoice, signal: AbortSignal) {
  if (!isRemote(choice)) return { reference: toReference(choice) };
  const source = embeddingSource(choice);
  return { reference: await openDecoderFile(await source.decoder(signal), signal), source };
}

function toReference(choice: LocalChoice): ModelReference {
  if (choice.kind === "nano") return nano;
  return choice.kind === "hub" ? choice.id : choice.files;
}
