import { ImageError, type RgbImage } from "@sam2js/core";
import { stemOf } from "@sam2js/media";
import {
  ALL_FORMATS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputVideoTrack,
  type VideoSample,
  VideoSampleSink,
} from "mediabunny";
import type { TrackFrames } from "./frames.js";
import { loadCodecs } from "./load-codecs.js";
import { turn } from "./turn.js";
import { isKnownMatrix, yuvToRgb } from "./yuv.js";

const CONTAINERS = "mp4, mov, webm, mkv, ts";
const ADVICE = "it is of another kind (convert it to mp4 first), damaged or cut off";
/** Going backwards, so many frames are decoded at once and kept. */
const CHUNK = 12;

/**
 * A video file: any container and codec that the codecs here know. Rotated videos come upright; with a variable frame rate every frame is
 * taken, at its own time.
 *
 * @throws {ImageError} it is no video, damaged, or its codec is unknown  @throws {UnsupportedError} the codecs are not installed
 */
export async function videoFrames(path: string, signal: AbortSignal): Promise<TrackFrames> {
  await loadCodecs();
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const fail = (reason: string, cause?: unknown): ImageError =>
    new ImageError(`${path}: ${reason}`, { path, ...(cause !== undefined && { cause }) });
  try {
    const track = await input.getPrimaryVideoTrack().catch((cause: Error) => {
      throw fail(`expected a video (${CONTAINERS}), got none that can be read; ${ADVICE}`, cause);
    });
    if (!track) throw fail("expected a video, found no pictures in it; it is sound alone, or cut off");
    if (!(await track.canDecode()))
      throw fail(`its codec (${track.codec ?? "unknown"}) cannot be decoded here; convert it to H.264 first`);
    const times = await frameTimes(track, signal);
    if (times.length === 0) throw fail("expected frames, found none that are whole; it is empty or cut off");
    return new VideoFile(path, input, track, times);
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** Times of all frames in the order in which they are shown, in seconds. */
async function frameTimes(track: InputVideoTrack, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  for await (const { timestamp } of new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  })) {
    signal.throwIfAborted();
    times.push(timestamp);
  }
  return times.filter((time) => time >= 0).sort((a, b) => a - b);
}

class VideoFile implements TrackFrames {
  readonly length: number;
  readonly size: readonly [number, number];
  readonly frameRate: number;
  readonly stem: string;
  readonly #path: string;
  readonly #input: Input;
  readonly #sink: VideoSampleSink;
  readonly #times: readonly number[];
  readonly #rotation: number;
  /** Frames decoded and not asked for yet, and the last one. */
  readonly #ready = new Map<number, RgbImage>();
  #reader: AsyncGenerator<VideoSample, void, unknown> | undefined;
  #next = 0;

  constructor(path: string, input: Input, track: InputVideoTrack, times: readonly number[]) {
    this.#path = path;
    this.#input = input;
    this.#sink = new VideoSampleSink(track);
    this.#times = times;
    this.#rotation = track.rotation;
    this.length = times.length;
    const isTurned = track.rotation % 180 !== 0;
    const size = [track.codedHeight, track.codedWidth] as const;
    this.size = isTurned ? [size[1], size[0]] : size;
    const seconds = (times.at(-1) ?? 0) - (times[0] ?? 0);
    this.frameRate = seconds > 0 ? (times.length - 1) / seconds : 30;
    this.stem = stemOf(path);
  }

  timeOf(index: number): number {
    return (this.#times[index] ?? 0) - (this.#times[0] ?? 0);
  }

  async get(
    index: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<RgbImage | undefined> {
    if (index < 0 || index >= this.length) return undefined;
    const ready = this.#ready.get(index);
    if (ready) return ready;
    if (!this.#reader || index !== this.#next) {
      const isBackwards = index < this.#next;
      await this.#seek(isBackwards ? Math.max(0, index - CHUNK + 1) : index);
    }
    while (this.#next <= index) {
      options?.signal?.throwIfAborted();
      await this.#decode();
    }
    return this.#ready.get(index);
  }

  async close(): Promise<void> {
    await this.#reader?.return();
    this.#ready.clear();
    this.#input.dispose();
  }

  async #seek(index: number): Promise<void> {
    await this.#reader?.return();
    this.#ready.clear();
    this.#reader = this.#sink.samples(this.#times[index]);
    this.#next = index;
  }

  /** Decodes the next frame into `#ready`, which keeps the last {@link CHUNK}. */
  async #decode(): Promise<void> {
    const index = this.#next;
    const sample = await this.#reader?.next().catch((cause: Error) => {
      // Decoders work ahead: the frame that they fail at may be one of the next.
      throw new ImageError(
        `${this.#path}: frame ${index} or one soon after it cannot be decoded; it is damaged, or the size of the pictures changes there (${cause.message})`,
        { cause, index },
      );
    });
    if (!sample || sample.done) {
      throw new ImageError(
        `${this.#path}: expected ${this.length} frames, found ${index}; the file is cut off. Give --max-frames to stop before that`,
        { path: this.#path, frames: index },
      );
    }
    try {
      this.#ready.set(index, turn(await pixels(sample.value), this.#rotation));
    } finally {
      sample.value.close();
    }
    this.#next = index + 1;
    this.#ready.delete(index - CHUNK);
  }
}

/** Pixels that share U and V, beside and below each other, in formats of three planes of 8 bits. */
const PLANES = {
  I420: { across: 2, down: 2 },
  I422: { across: 2, down: 1 },
  I444: { across: 1, down: 1 },
} as const;

/** The library takes a format; the types of WebCodecs that it uses are older. */
const RGBA: Parameters<VideoSample["copyTo"]>[1] & { readonly format: "RGBA" } = { format: "RGBA" };

async function pixels(sample: VideoSample): Promise<RgbImage> {
  const { codedWidth: width, codedHeight: height, format, colorSpace } = sample;
  if (format && format in PLANES && isKnownMatrix(colorSpace.matrix)) {
    // The codecs' own conversion takes every video for BT.601.
    const planes = new Uint8Array(sample.allocationSize());
    await sample.copyTo(planes);
    return yuvToRgb(planes, { width, height, ...PLANES[format as keyof typeof PLANES] }, colorSpace);
  }
  const rgba = new Uint8Array(sample.allocationSize(RGBA));
  await sample.copyTo(rgba, RGBA);
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from] as number;
    data[to + 1] = rgba[from + 1] as number;
    data[to + 2] = rgba[from + 2] as number;
  }
  return { data, width, height, channels: 3 };
}
