import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from "mediabunny";
import type { Page } from "playwright-core";

export interface ClipOptions {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Seconds that each frame is shown, repeated; several vary the rate. */
  readonly durations?: readonly number[];
  /** Clockwise, as a phone writes it into an MP4. */
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly container?: "webm" | "mp4";
  /** The address of a photo over which the clip pans to the left, in place of the shapes. */
  readonly photo?: string;
}

interface Encoded {
  readonly data: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly isKey: boolean;
}

/** A yellow disc that goes right and a red square that goes left, over stripes: encoded by the browser (VP8, VP9), packed here. */
export async function makeClip(page: Page, options: ClipOptions): Promise<Buffer> {
  const { durations = [0.04], container = "webm", rotation = 0 } = options;
  const codec = container === "webm" ? "vp8" : "vp9";
  const encoded = await page.evaluate(encodeShapes, { ...options, durations, codec });
  const target = new BufferTarget();
  const format = container === "webm" ? new WebMOutputFormat() : new Mp4OutputFormat();
  const output = new Output({ format, target });
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source, { rotation });
  await output.start();
  const { width, height } = options;
  const decoderConfig = {
    codec: codec === "vp8" ? "vp8" : "vp09.00.10.08",
    codedWidth: width,
    codedHeight: height,
  };
  for (const { data, timestamp, duration, isKey } of encoded) {
    const bytes = new Uint8Array(Buffer.from(data, "base64"));
    const packet = new EncodedPacket(bytes, isKey ? "key" : "delta", timestamp, duration);
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}

/** Runs in the page. */
async function encodeShapes({
  frames,
  width,
  height,
  durations,
  codec,
  photo,
}: ClipOptions & { durations: readonly number[]; codec: string }): Promise<Encoded[]> {
  const chunks: Encoded[] = [];
  const encoder = new VideoEncoder({
    error: (error) => {
      throw error;
    },
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      chunks.push({
        data: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
        timestamp: chunk.timestamp / 1e6,
        duration: (chunk.duration ?? 0) / 1e6,
        isKey: chunk.type === "key",
      });
    },
  });
  encoder.configure({
    codec: codec === "vp8" ? "vp8" : "vp09.00.10.08",
    width,
    height,
    bitrate: photo ? 2_500_000 : 600_000,
  });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) return [];
  const still = photo ? await createImageBitmap(await (await fetch(photo)).blob()) : null;
  let time = 0;
  for (let i = 0; i < frames; i++) {
    const part = i / Math.max(1, frames - 1);
    if (still) {
      const [w, h] = [0.76 * still.width, 0.76 * still.height];
      context.drawImage(
        still,
        (still.width - w) * (1 - part),
        (still.height - h) * (0.6 - 0.3 * part),
        w,
        h,
        0,
        0,
        width,
        height,
      );
    } else {
      for (let x = 0; x < width; x += 20) {
        context.fillStyle = x % 40 === 0 ? "#31556b" : "#2b4b5e";
        context.fillRect(x, 0, 20, height);
      }
      context.fillStyle = "#ffd23c";
      context.beginPath();
      context.arc(width * (0.2 + 0.5 * part), height * 0.36, height * 0.17, 0, 7);
      context.fill();
      context.fillStyle = "#d3352b";
      const side = height * 0.3;
      context.fillRect(width * (0.8 - 0.5 * part) - side / 2, height * 0.74 - side / 2, side, side);
    }
    const duration = durations[i % durations.length] ?? 0.04;
    const frame = new VideoFrame(canvas, { timestamp: Math.round(time * 1e6), duration: duration * 1e6 });
    encoder.encode(frame, { keyFrame: i % 30 === 0 });
    frame.close();
    time += duration;
    if (encoder.encodeQueueSize > 8) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await encoder.flush();
  encoder.close();
  return chunks;
}
