import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ImageError, type RgbImage, Sam2Error, UnsupportedError } from "@sam2js/core";
import { safeName, stemOf, untilStalled, videoError } from "@sam2js/media";
import { Caller, type Port } from "@sam2js/runtime-ort";
import type { FrameSound, TrackFrames } from "./frames.js";
import { loadCodecs } from "./load-codecs.js";

const ENTRY = fileURLToPath(new URL("./video-process.mjs", import.meta.url));
/** A process that reads a file and shows no sign of life for so long will not come back: decoding the largest frame takes a second. */
const STALLED_MS = 30_000;
/** Tables of a whole film take some ten megabytes: what takes more is a damaged one. */
const MAX_HEAP_MB = 512;

interface OpenedVideo {
  readonly width: number;
  readonly height: number;
  readonly times: Float64Array;
  readonly duration: number;
}

/** How patient {@link videoFrames} is. */
export interface VideoFramesOptions {
  /** The file is given up after so long without a sign of life. Default 30 seconds. */
  readonly stalledMs?: number;
}

/**
 * A video file: any container and codec that the codecs here know, read in a process of its own. Rotated videos come upright; with a variable
 * frame rate every frame is taken, at its own time.
 *
 * @throws {ImageError} it is no video, or damaged  @throws {UnsupportedError} its codec is unknown, or the codecs are not installed
 */
export async function videoFrames(
  path: string,
  signal: AbortSignal,
  { stalledMs = STALLED_MS }: VideoFramesOptions = {},
): Promise<TrackFrames> {
  await loadCodecs();
  const reader = new VideoProcess(path, stalledMs);
  try {
    return new VideoFile(path, reader, await reader.call<OpenedVideo>("open", path, signal));
  } catch (error) {
    await reader.end();
    throw error;
  }
}

class VideoFile implements TrackFrames {
  readonly length: number;
  readonly size: readonly [number, number];
  readonly frameRate: number;
  readonly stem: string;
  readonly #reader: VideoProcess;
  readonly #video: OpenedVideo;

  constructor(path: string, reader: VideoProcess, video: OpenedVideo) {
    this.#reader = reader;
    this.#video = video;
    this.length = video.times.length;
    this.size = [video.height, video.width];
    const seconds = video.times.at(-1) ?? 0;
    this.frameRate = seconds > 0 ? (this.length - 1) / seconds : 30;
    this.stem = safeName(stemOf(path));
  }

  timeOf(index: number): number {
    return this.#video.times[index] ?? this.#video.duration;
  }

  async get(
    index: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<RgbImage | undefined> {
    if (index < 0 || index >= this.length) return undefined;
    return this.#reader.call<RgbImage>("get", index, options?.signal);
  }

  async sound(from: number, to: number, codecs: readonly string[]): Promise<FrameSound | undefined> {
    return this.#reader.call<FrameSound | undefined>("sound", { from, to, codecs });
  }

  async close(): Promise<void> {
    await this.#reader.end();
  }
}

/** A process that reads one file. One that hangs or takes too much memory is ended, and its calls with it. */
class VideoProcess {
  readonly #path: string;
  readonly #stalledMs: number;
  readonly #child: ChildProcess;
  readonly #caller: Caller;
  readonly #kill = (): void => void this.#child.kill("SIGKILL");

  constructor(path: string, stalledMs: number) {
    this.#path = path;
    this.#stalledMs = stalledMs;
    this.#child = fork(ENTRY, {
      serialization: "advanced",
      // Flags of the program (loaders, --input-type) are not meant for this process. What the demuxer prints is for its makers.
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    process.once("exit", this.#kill);
    const port: Port = {
      postMessage: (message) => void this.#child.send(message as object, () => undefined),
      addEventListener: (_, listener) => void this.#child.on("message", (data) => listener({ data })),
    };
    this.#caller = new Caller(port);
    this.#child.on("error", (error) => this.#fail("reading it failed", error));
    this.#child.on("exit", (code, signal) => {
      process.off("exit", this.#kill);
      this.#fail(`reading it ended its process (${signal ?? `exit code ${code}`}); it is damaged`);
    });
  }

  async call<T>(method: string, argument: unknown, signal?: AbortSignal): Promise<T> {
    const onStalled = () => {
      const problem = "reading it makes no progress; it is damaged, or this machine has too much to do";
      this.#fail(problem);
      this.#kill();
      return videoError(this.#path, problem);
    };
    try {
      return await untilStalled((onEvent) => this.#caller.call<T>(method, argument, { signal, onEvent }), {
        stalledMs: this.#stalledMs,
        onStalled,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw typed(error, this.#path);
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#kill();
    await ended;
  }

  #fail(problem: string, cause?: unknown): void {
    this.#caller.end(videoError(this.#path, problem, cause) as Error);
  }
}

/** Errors cross threads as data: their classes are made again. */
function typed(error: unknown, path: string): unknown {
  if (!Sam2Error.isInstance(error)) return videoError(path, "it cannot be read; it is damaged", error);
  if (error.code === "UNSUPPORTED") return new UnsupportedError(error.message, error.facts);
  return new ImageError(error.message, error.facts);
}
