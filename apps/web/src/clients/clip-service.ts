import { untilStalled } from "@sam2js/media";
import { Caller, type Port } from "@sam2js/runtime-ort";
import type { RleMask } from "../domain/document.js";
import type { SoundPlan } from "../domain/sound-plan.js";
import { StalledVideoError, VideoError } from "../domain/video-error.js";
import type { ClipFacts, ExportProgress, ShownFrame, VideoExportRequest } from "../protocol/clip.js";
import type { ExportedFile, MaskView } from "../protocol/engine.js";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: unknown) => void) | undefined;
}

interface VideoFile {
  readonly id: string;
  readonly name: string;
  readonly blob: Blob;
}

/** A worker, or a stand-in for tests. */
export interface ClipWorker extends Port {
  addEventListener(
    type: "message" | "error",
    listener: (event: { data: unknown; message?: string }) => void,
  ): void;
  terminate(): void;
}

/** How it is given its worker. */
export interface ClipServiceOptions {
  readonly spawn?: () => ClipWorker;
  /** A worker whose thread answers nothing for so long is ended. Its own watch over decoders takes half of that. */
  readonly stalledMs?: number;
}

/** A worker at work, and the videos that it has open. */
interface Running {
  readonly worker: ClipWorker;
  readonly caller: Caller;
  readonly opened: Map<string, Promise<ClipFacts>>;
}

const STALLED_MS = 60_000;
/** While an answer is waited for, the worker is asked so many times whether it lives. */
const PINGS = 20;

/**
 * Decodes videos, draws their strip, makes borders of masks and writes exports, in a worker of its own: playing never waits for a model. A worker
 * that a damaged file has sent into a loop is ended; the next call begins another one and opens the video anew.
 */
export class ClipService {
  readonly #spawn: () => ClipWorker;
  readonly #stalledMs: number;
  readonly #files = new Map<string, VideoFile>();
  #running: Running | undefined;
  /** Exports under way: making their files keeps the worker busy for long. */
  #exports = 0;

  constructor({ spawn = spawnWorker, stalledMs = STALLED_MS }: ClipServiceOptions = {}) {
    this.#spawn = spawn;
    this.#stalledMs = stalledMs;
  }

  /**
   * @throws {VideoError} not a video, or without frames  @throws {CodecError} not in a codec of this browser
   * @throws {StalledVideoError} reading it makes no progress; so do all methods that read
   */
  async open(video: VideoFile): Promise<ClipFacts> {
    this.#files.set(video.id, video);
    try {
      return await this.#openIn(this.#start(), video.id);
    } catch (error) {
      this.#files.delete(video.id);
      throw error;
    }
  }

  /** A frame with the borders of masks on it. The picture is the caller's to close. */
  frame(id: string, index: number, masks: readonly RleMask[]): Promise<ShownFrame> {
    return this.#call("frame", { id, index, masks });
  }

  /** A frame as a PNG file, at most so many pixels on its longer side. */
  still(id: string, index: number, side: number): Promise<Blob> {
    return this.#call("still", { id, index, side });
  }

  /** Borders of masks. */
  views(masks: readonly RleMask[]): Promise<readonly MaskView[]> {
    return this.#start().caller.call("views", masks);
  }

  /** Small pictures for the timeline, evenly spaced, as they are decoded. */
  strip(
    request: { readonly id: string; readonly count: number; readonly height: number },
    options: CallOptions & { readonly onPicture: (at: number, image: ImageBitmap) => void },
  ): Promise<void> {
    return this.#call("strip", request, {
      signal: options.signal,
      onEvent: (event) => {
        const { at, image } = event as { at: number; image: ImageBitmap };
        options.onPicture(at, image);
      },
    });
  }

  /** What a video that is written would keep of the sound. @throws {CodecError} this browser encodes no video */
  soundPlan(id: string, isTransparent: boolean): Promise<SoundPlan> {
    return this.#call("soundPlan", { id, isTransparent });
  }

  async exportVideo(
    request: VideoExportRequest,
    options: CallOptions & { readonly onProgress: (progress: ExportProgress) => void },
  ): Promise<ExportedFile> {
    this.#exports += 1;
    try {
      return await this.#call(
        "exportVideo",
        { ...request },
        {
          signal: options.signal,
          onEvent: (event) => options.onProgress(event as ExportProgress),
        },
      );
    } finally {
      this.#exports -= 1;
    }
  }

  /** Calls what reads a video, which is opened first where the worker does not have it. */
  async #call<T>(
    method: string,
    argument: { readonly id: string; readonly [fact: string]: unknown },
    options?: CallOptions,
  ): Promise<T> {
    const running = this.#start();
    if (this.#files.has(argument.id)) await this.#openIn(running, argument.id);
    return this.#watched<T>(running, this.#nameOf(argument.id), method, argument, options);
  }

  #openIn(running: Running, id: string): Promise<ClipFacts> {
    const known = running.opened.get(id);
    if (known) return known;
    const opening = this.#watched<ClipFacts>(running, this.#nameOf(id), "open", this.#files.get(id));
    running.opened.set(id, opening);
    opening.catch(() => running.opened.delete(id));
    return opening;
  }

  #nameOf(id: string): string {
    return this.#files.get(id)?.name ?? id;
  }

  #watched<T>(
    running: Running,
    name: string,
    method: string,
    argument: unknown,
    options?: CallOptions,
  ): Promise<T> {
    const { caller } = running;
    const onStalled = () => {
      const error = new StalledVideoError(name);
      this.#end(running, error);
      return error;
    };
    return untilStalled(
      async (alive) => {
        const pulse = setInterval(() => {
          if (this.#exports > 0) alive();
          caller.call("ping").then(alive, () => undefined);
        }, this.#stalledMs / PINGS);
        try {
          return await caller.call<T>(method, argument, options);
        } finally {
          clearInterval(pulse);
        }
      },
      { stalledMs: this.#stalledMs, onStalled },
    );
  }

  #start(): Running {
    if (this.#running) return this.#running;
    const worker = this.#spawn();
    const running: Running = { worker, caller: new Caller(worker), opened: new Map() };
    this.#running = running;
    worker.addEventListener("error", ({ message }) => {
      const why = message || "no reason given";
      this.#end(running, new VideoError(`video: its worker ended (${why}); reload the page`));
    });
    return running;
  }

  #end(running: Running, error: VideoError): void {
    if (this.#running === running) this.#running = undefined;
    running.worker.terminate();
    running.caller.end(error);
  }
}

function spawnWorker(): ClipWorker {
  return new Worker(new URL("../workers/clip/clip.worker.ts", import.meta.url), {
    type: "module",
    name: "clip",
  }) as unknown as ClipWorker;
}
