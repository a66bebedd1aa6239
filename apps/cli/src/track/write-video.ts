import { type RgbImage, UnsupportedError } from "@sam2js/core";
import { feedSound, rgbToI420, type SoundFeed, WRITTEN_COLOURS } from "@sam2js/media";
import {
  type AudioCodec,
  BufferTarget,
  canEncodeVideo,
  EncodedAudioPacketSource,
  EncodedPacket,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from "mediabunny";
import type { OutputFile } from "../io/write-files.js";
import type { SoundPacket, TrackFrames } from "./frames.js";
import { loadCodecs } from "./load-codecs.js";
import { withoutClock } from "./without-clock.js";

/** Pictures of a video in the order of time. */
export interface Pictures {
  readonly frames: readonly number[];
  render(frame: number): Promise<RgbImage>;
  /** Is told what the video does not keep. */
  readonly note?: (text: string) => void;
}

const CODECS = { mp4: "avc", webm: "vp9" } as const;

/**
 * Whether a video of this size can be written, before any work is done for it.
 *
 * @param size  [height, width] in pixels
 * @throws {UnsupportedError} the codecs are not installed, or cannot write this
 */
export async function checkWritable(kind: "mp4" | "webm", size: readonly [number, number]) {
  await loadCodecs();
  const codec = CODECS[kind];
  // These codecs share colour between pairs of pixels, so sides are even.
  const [height, width] = size.map((side) => side - (side % 2)) as [number, number];
  if (width > 0 && height > 0 && (await canEncodeVideo(codec, { width, height })))
    return { codec, width, height };
  const got = `${size[1]} x ${size[0]}`;
  throw new UnsupportedError(
    `--format ${kind}: expected frames of a size that ${codec} videos can have, at least 2 x 2, got ${got}; choose --format gif, png or coco`,
    { name: kind, expected: "at least 2 x 2", got },
  );
}

/**
 * Writes pictures as a video, each at its own time, with the sound of that part where the container takes its codec.
 *
 * @throws {UnsupportedError} the codecs are not installed, or cannot write this
 */
export async function writeVideo(
  kind: "mp4" | "webm",
  video: TrackFrames,
  { frames, render, note = () => undefined }: Pictures,
  signal: AbortSignal,
): Promise<OutputFile> {
  const { codec, width, height } = await checkWritable(kind, video.size);
  const target = new BufferTarget();
  const format = kind === "mp4" ? new Mp4OutputFormat() : new WebMOutputFormat();
  const output = new Output({ format, target });
  const source = new VideoSampleSource({ codec, bitrate: QUALITY_HIGH });
  output.addVideoTrack(source);
  let sound: SoundFeed | undefined;
  try {
    sound = await addSound(video, frames, output, note);
    await output.start();
    const start = video.timeOf(frames[0] ?? 0);
    for (const frame of frames) {
      signal.throwIfAborted();
      const timestamp = video.timeOf(frame) - start;
      await sound?.upTo(timestamp);
      const duration = video.timeOf(frame + 1) - video.timeOf(frame);
      // Given RGB, the codecs name RGB as the colours of the video: players show those wrongly or, of VP9, not at all.
      const sample = new VideoSample(rgbToI420(await render(frame), width, height), {
        format: "I420",
        colorSpace: WRITTEN_COLOURS,
        codedWidth: width,
        codedHeight: height,
        timestamp,
        duration: duration > 0 ? duration : 1 / video.frameRate,
      });
      await source.add(sample);
      sample.close();
    }
    await sound?.upTo(Number.POSITIVE_INFINITY);
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  const bytes = new Uint8Array(target.buffer as ArrayBuffer);
  return { name: `${video.stem}.overlay.${kind}`, content: kind === "mp4" ? withoutClock(bytes) : bytes };
}

/** Copies the sound between the first and the last frame. */
async function addSound(
  video: TrackFrames,
  frames: readonly number[],
  output: Output,
  note: (text: string) => void,
): Promise<SoundFeed | undefined> {
  const [first, last] = [frames[0], frames.at(-1)];
  if (!video.sound || first === undefined || last === undefined) return undefined;
  const codecs = output.format.getSupportedAudioCodecs().filter((codec) => !codec.startsWith("pcm"));
  const found = await video.sound(video.timeOf(first), video.timeOf(last + 1), codecs);
  if (!found) return undefined;
  if (!codecs.includes(found.codec as AudioCodec)) {
    const ending = output.format.fileExtension.slice(1);
    note(
      `${video.stem}: the sound (${found.codec ?? "of an unknown codec"}) is left out: ${ending} does not take it`,
    );
    return undefined;
  }
  const source = new EncodedAudioPacketSource(found.codec as AudioCodec);
  const meta = found.config ? { decoderConfig: found.config } : undefined;
  const feed = await feedSound(inOrder(found.packets), ({ data, timestamp, duration }) =>
    source.add(new EncodedPacket(data, "key", timestamp, duration), meta),
  );
  if (feed) output.addAudioTrack(source);
  return feed;
}

async function* inOrder(packets: readonly SoundPacket[]): AsyncGenerator<SoundPacket, void, undefined> {
  yield* packets;
}
