import { Caller } from "@sam2js/runtime-ort";
import type { RleMask } from "../domain/document.js";
import { VideoError } from "../domain/video-error.js";
import type { ClipFacts, ExportProgress, ShownFrame, VideoExportRequest } from "../protocol/clip.js";
import type { ExportedFile, MaskView } from "../protocol/engine.js";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Decodes videos, draws their strip, makes borders of masks and writes exports, in a worker of its own: playing never waits for a model. */
export class ClipService {
  readonly #caller: Caller;

  constructor() {
    const worker = new Worker(new URL("../workers/clip/clip.worker.ts", import.meta.url), {
      type: "module",
      name: "clip",
    });
    this.#caller = new Caller(worker);
    worker.addEventListener("error", ({ message }) => {
      this.#caller.end(
        new VideoError(`video: its worker ended (${message || "no reason given"}); reload the page`),
      );
    });
  }

  /** @throws {VideoError} not a video, or without frames  @throws {CodecError} not in a codec of this browser */
  open(video: { readonly id: string; readonly name: string; readonly blob: Blob }): Promise<ClipFacts> {
    return this.#caller.call("open", video);
  }

  /** A frame with the borders of masks on it. The picture is the caller's to close. */
  frame(id: string, index: number, masks: readonly RleMask[]): Promise<ShownFrame> {
    return this.#caller.call("frame", { id, index, masks });
  }

  /** A frame as a PNG file, at most so many pixels on its longer side. */
  still(id: string, index: number, side: number): Promise<Blob> {
    return this.#caller.call("still", { id, index, side });
  }

  /** Borders of masks. */
  views(masks: readonly RleMask[]): Promise<readonly MaskView[]> {
    return this.#caller.call("views", masks);
  }

  /** Small pictures for the timeline, evenly spaced, as they are decoded. */
  strip(
    request: { readonly id: string; readonly count: number; readonly height: number },
    options: CallOptions & { readonly onPicture: (at: number, image: ImageBitmap) => void },
  ): Promise<void> {
    return this.#caller.call("strip", request, {
      signal: options.signal,
      onEvent: (event) => {
        const { at, image } = event as { at: number; image: ImageBitmap };
        options.onPicture(at, image);
      },
    });
  }

  exportVideo(
    request: VideoExportRequest,
    options: CallOptions & { readonly onProgress: (progress: ExportProgress) => void },
  ): Promise<ExportedFile> {
    return this.#caller.call("exportVideo", request, {
      signal: options.signal,
      onEvent: (event) => options.onProgress(event as ExportProgress),
    });
  }
}
