import { describeValue, InputError, UnsupportedError } from "@sam2js/core";
import { ALL_FORMATS, EncodedPacketSink, Input, type InputVideoTrack, Source } from "mediabunny";
import { type FrameTimes, type ReadOptions, readFrameTimes, TIME_STEP } from "./frame-times.js";
import { videoError } from "./video-error.js";
import type { DecodedFrame, VideoFile } from "./video-file.js";
import { videoSamples } from "./video-samples.js";
import { openSound, type VideoSound } from "./video-sound.js";

/** What `openVideo` does once the demuxer is there. @throws {InputError} no source @throws what `openVideo` throws */
export async function readVideo(source: Source, name: string, options: ReadOptions): Promise<VideoFile> {
  if (!(source instanceof Source)) {
    const expected = "a source of mediabunny, such as new BlobSource(file)";
    throw InputError.expected("source", expected, describeValue(source));
  }
  const input = new Input({ source, formats: ALL_FORMATS });
  try {
    const track = await videoTrackOf(input, name);
    options.onProgress?.();
    const times = await decodableTimes(track, name, options);
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const upright = { rotation: await track.getRotation(), flip: await track.getFlip() };
    const coded = [await track.getCodedHeight(), await track.getCodedWidth()] as const;
    const codedSize = upright.rotation % 180 === 0 ? coded : ([coded[1], coded[0]] as const);
    return new OpenVideo(name, input, track, times, { width, height, codedSize, upright });
  } catch (error) {
    input.dispose();
    throw videoError(name, "it cannot be read; it is damaged or cut off", error);
  }
}

async function videoTrackOf(input: Input, name: string): Promise<InputVideoTrack> {
  const track = await input.getPrimaryVideoTrack().catch((cause) => {
    const kinds = "mp4, mov, webm, mkv, ts";
    throw videoError(
      name,
      `expected a video (${kinds}), got none that can be read; it is of another kind (convert it to mp4 first), damaged or cut off`,
      cause,
    );
  });
  if (!track) throw videoError(name, "expected a video, got no pictures; it is sound alone, or cut off");
  if (await track.canDecode()) return track;
  const codec = (await track.getCodec()) ?? "unknown";
  throw UnsupportedError.expected(name, "a codec that is decoded here", codec, "convert it to H.264 first");
}

/** The frames that can be decoded: a stream that was cut inside of a group begins with some that rest on frames which are gone. */
async function decodableTimes(
  track: InputVideoTrack,
  name: string,
  options: ReadOptions,
): Promise<FrameTimes> {
  const { stamps, end } = await readFrameTimes(track, name, options);
  const samples = videoSamples(track, Number.NEGATIVE_INFINITY);
  try {
    const { value } = await samples.next();
    options.signal?.throwIfAborted();
    if (!value) throw videoError(name, "none of its frames can be decoded; it is damaged or cut off");
    const first = Math.max(value.timestamp, await firstWhole(track)) - TIME_STEP;
    const { format, colorSpace } = value;
    value.close();
    const profile = (await track.getCodecParameterString()) ?? "";
    const isOdd = (colorSpace.fullRange && format === "I420") || colorSpace.matrix === "rgb";
    if (format?.startsWith("I420") && (NEVER_420.test(profile) || (isOdd && FULL_CHROMA.test(profile)))) {
      throw UnsupportedError.expected(
        name,
        "colours that are decoded right here",
        "4:4:0, grey, RGB, or 4:2:2 and 4:4:4 over the full range, which these codecs take for 4:2:0",
        "convert it to yuv420p first",
      );
    }
    return { stamps: stamps.filter((stamp) => stamp >= first), end };
  } catch (cause) {
    throw videoError(name, "none of its frames can be decoded; it is damaged or cut off", cause);
  } finally {
    await samples.return();
  }
}

/** Decoders of H.264 give pictures that are shown before the first key frame, too, and those rest on frames which are gone. */
async function firstWhole(track: InputVideoTrack): Promise<number> {
  if ((await track.getCodec()) !== "avc") return Number.NEGATIVE_INFINITY;
  const key = await new EncodedPacketSink(track).getFirstKeyPacket();
  return key?.timestamp ?? Number.NEGATIVE_INFINITY;
}

/** Profiles with more colour than 4:2:0: High 4:2:2 and 4:4:4 of H.264, range extensions of HEVC, profiles 1 and 3 of VP9, 1 and 2 of AV1. */
const FULL_CHROMA = /^(avc[13]\.(7a|f4)|h(ev|vc)1\.[A-C]?4\.|vp09\.0[13]|av01\.[12])/i;

/** Profiles that never share U and V between four pixels, but for grey pictures: what decodes to I420 was mistaken for it. */
const NEVER_420 = /^(vp09\.0[13]|av01\.1)/i;

class OpenVideo implements VideoFile {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly codedSize: readonly [number, number];
  readonly upright: VideoFile["upright"];
  readonly times: Float64Array;
  readonly duration: number;
  readonly #input: Input;
  readonly #track: InputVideoTrack;
  readonly #stamps: Float64Array;

  constructor(
    name: string,
    input: Input,
    track: InputVideoTrack,
    { stamps, end }: FrameTimes,
    { width, height, codedSize, upright }: Pick<VideoFile, "width" | "height" | "codedSize" | "upright">,
  ) {
    this.name = name;
    this.width = width;
    this.height = height;
    this.codedSize = codedSize;
    this.upright = upright;
    this.#input = input;
    this.#track = track;
    this.#stamps = stamps;
    const first = stamps[0] ?? 0;
    this.times = stamps.map((stamp) => stamp - first);
    this.duration = end - first;
  }

  async *frames(from: number): AsyncGenerator<DecodedFrame, void, undefined> {
    const start = this.#stamps[from];
    if (start === undefined) return;
    let index = from;
    try {
      for await (const sample of videoSamples(this.#track, start - TIME_STEP)) {
        const { timestamp } = sample;
        if (timestamp < start - TIME_STEP) {
          sample.close();
          continue;
        }
        while ((this.#stamps[index + 1] ?? Number.POSITIVE_INFINITY) <= timestamp + TIME_STEP) index += 1;
        yield { index, sample };
      }
    } catch (cause) {
      const seconds = (this.times[index] ?? 0).toFixed(2);
      const problem = `frame ${index} or one soon after it (at ${seconds} s) cannot be decoded; it is damaged there, cut off, or its pictures change their size`;
      throw videoError(this.name, problem, cause);
    }
  }

  async sound(): Promise<VideoSound | undefined> {
    return openSound(this.#input, this.#stamps[0] ?? 0, this.name);
  }

  dispose(): void {
    this.#input.dispose();
  }
}
