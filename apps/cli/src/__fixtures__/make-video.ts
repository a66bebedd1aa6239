import { writeFileSync } from "node:fs";
import {
  ALL_FORMATS,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  Input,
  Mp4OutputFormat,
  Output,
  QUALITY_VERY_HIGH,
  type Rotation,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from "mediabunny";
import { loadCodecs } from "../track/load-codecs.js";
import { rgbToI420, WRITTEN_COLOURS } from "@sam2js/media";

export const COUNT = 20;
export const [WIDTH, HEIGHT] = [64, 48];
/** Frame k is grey of this value on the left, dark on the right. */
export const level = (frame: number) => 30 + 10 * frame;
/** Frames come at uneven times, in seconds. */
export const time = (frame: number) => frame / 25 + (frame % 3) / 100;

export function picture(
  frame: number,
  [height, width]: readonly [number, number] = [HEIGHT, WIDTH],
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data.fill(i % width < width / 2 ? level(frame) : 10, 3 * i, 3 * i + 3);
  }
  return data;
}

export interface MadeVideo {
  /** Clockwise turn that players are told to make, as phones write it. */
  readonly rotation?: Rotation;
  readonly count?: number;
  /** [height, width]. */
  readonly size?: readonly [number, number];
}

/** Writes a video: H.264 in mp4, or VP9 in WebM by the ending. */
export async function makeVideo(
  path: string,
  { rotation = 0, count = COUNT, size = [HEIGHT, WIDTH] }: MadeVideo = {},
): Promise<void> {
  await loadCodecs();
  const target = new BufferTarget();
  const isWebm = path.endsWith(".webm");
  const format = isWebm ? new WebMOutputFormat() : new Mp4OutputFormat({ fastStart: "in-memory" });
  const output = new Output({ format, target });
  const source = new VideoSampleSource({
    codec: isWebm ? "vp9" : "avc",
    bitrate: QUALITY_VERY_HIGH,
    keyFrameInterval: 0.4,
  });
  output.addVideoTrack(source, { rotation });
  await output.start();
  for (let frame = 0; frame < count; frame++) {
    const [height, width] = size;
    const shape = { format: "I420", codedWidth: width, codedHeight: height, colorSpace: WRITTEN_COLOURS } as const;
    const at = { timestamp: time(frame), duration: time(frame + 1) - time(frame) };
    const image = { data: picture(frame, size), width, height, channels: 3 } as const;
    const sample = new VideoSample(rgbToI420(image, width, height), { ...shape, ...at });
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
  writeFileSync(path, new Uint8Array(target.buffer as ArrayBuffer));
}

/** Writes the pictures of some WebM videos one after the other into one, as they are: its size changes on the way. */
export async function joinVideos(path: string, parts: readonly string[]): Promise<void> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource("vp9");
  output.addVideoTrack(source);
  await output.start();
  let start = 0;
  for (const part of parts) {
    using input = new Input({ source: new FilePathSource(part), formats: ALL_FORMATS });
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new RangeError(`${part} has no pictures`);
    const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await source.add(packet.clone({ timestamp: start + packet.timestamp }), { decoderConfig });
    }
    start += await track.computeDuration();
  }
  await output.finalize();
  writeFileSync(path, new Uint8Array(target.buffer as ArrayBuffer));
}
