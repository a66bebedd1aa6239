import {
  ALL_FORMATS,
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  VideoSampleSink,
} from "mediabunny";
import type { Clip, ClipFrame } from "./clip.js";
import { SamplePixels } from "./sample-pixels.js";
import { CodecError, VideoError } from "./video-error.js";

/** Frames are found by their times; this much earlier or later is the same frame. */
const TIME_STEP = 1e-5;
const MAX_FRAMES = 1_000_000;

/**
 * Opens MP4, MOV, WebM, Matroska and what else mediabunny reads. Frames are decoded by the browser (WebCodecs).
 *
 * @throws {VideoError} it is no video, or has no frames  @throws {CodecError} this browser does not decode it
 */
export async function openMediaClip(blob: Blob, name: string): Promise<Clip> {
  const input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
  try {
    const track = await readTrack(input, name);
    const packets = await readTimes(track, name);
    return new MediaClip(name, input, track, packets, [
      await track.getDisplayHeight(),
      await track.getDisplayWidth(),
    ]);
  } catch (error) {
    input.dispose();
    throw error;
  }
}

class MediaClip implements Clip {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly times: Float64Array;
  readonly duration: number;
  readonly #input: Input;
  readonly #track: InputVideoTrack;
  /** Of the file's clock, as the decoder gives them. */
  readonly #stamps: Float64Array;
  /** Frames of another size than the first are brought to it. */
  readonly #pixels: SamplePixels;

  constructor(
    name: string,
    input: Input,
    track: InputVideoTrack,
    { stamps, end }: Packets,
    [height, width]: readonly [number, number],
  ) {
    this.name = name;
    this.#input = input;
    this.#track = track;
    this.#stamps = stamps;
    const first = stamps[0] ?? 0;
    this.times = stamps.map((stamp) => stamp - first);
    this.duration = end - first;
    this.width = width;
    this.height = height;
    this.#pixels = new SamplePixels(width, height);
  }

  async *frames(from: number): AsyncGenerator<ClipFrame> {
    const sink = new VideoSampleSink(this.#track);
    const start = this.#stamps[from];
    if (start === undefined) return;
    let index = from;
    try {
      for await (const sample of sink.samples(start - TIME_STEP)) {
        try {
          const { timestamp } = sample;
          if (timestamp < start - TIME_STEP) continue;
          while ((this.#stamps[index + 1] ?? Number.POSITIVE_INFINITY) <= timestamp + TIME_STEP) index += 1;
          yield { index, pixels: (spare) => this.#pixels.read(sample, spare) };
        } finally {
          sample.close();
        }
      }
    } catch (cause) {
      throw new VideoError(
        `${this.name}: expected a frame after ${(this.times[index] ?? 0).toFixed(2)} s, but it cannot be decoded; the file is damaged or cut off there`,
        { cause, index },
      );
    }
  }

  dispose(): void {
    this.#input.dispose();
  }
}

async function readTrack(input: Input, name: string): Promise<InputVideoTrack> {
  let track: InputVideoTrack | null;
  try {
    track = await input.getPrimaryVideoTrack();
  } catch (cause) {
    throw new VideoError(
      `${name}: expected a video (MP4, MOV, WebM), got bytes that are none or are cut off`,
      {
        cause,
      },
    );
  }
  if (!track) throw new VideoError(`${name}: expected a video track, got none`);
  if (!(await track.canDecode())) throw new CodecError(name, (await track.getCodec()) ?? "an unknown codec");
  return track;
}

interface Packets {
  readonly stamps: Float64Array;
  readonly end: number;
}

/** When frames are shown, read from the container alone. A file that is cut off has those up to there. */
async function readTimes(track: InputVideoTrack, name: string): Promise<Packets> {
  const stamps: number[] = [];
  let end = 0;
  try {
    const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
    for await (const { timestamp, duration } of packets) {
      stamps.push(timestamp);
      end = Math.max(end, timestamp + duration);
      if (stamps.length > MAX_FRAMES) {
        throw new VideoError(`${name}: expected at most ${MAX_FRAMES} frames; cut the video into parts`);
      }
    }
  } catch (cause) {
    if (VideoError.isInstance(cause) || stamps.length === 0) throw noFrames(name, cause);
  }
  if (stamps.length === 0) throw noFrames(name);
  const sorted = Float64Array.from(new Set(stamps)).sort();
  return { stamps: sorted, end: Math.max(end, (sorted.at(-1) ?? 0) + 1 / 60) };
}

function noFrames(name: string, cause?: unknown): unknown {
  if (VideoError.isInstance(cause)) return cause;
  return new VideoError(`${name}: expected frames, got none; the file is empty or cut off`, { cause });
}
