import type { CallContext } from "@sam2js/runtime-ort";
import {
  BufferTarget,
  CanvasSource,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  Quality,
  WebMOutputFormat,
} from "mediabunny";
import { CodecError } from "../../domain/video-error.js";
import type { Clip, ClipFrame } from "./clip.js";

/** A key frame each so many seconds, so that players can seek. */
const KEY_FRAME_SECONDS = 2;

export interface WrittenVideo {
  /** Draws a frame over the one before. */
  readonly draw: (canvas: OffscreenCanvas, frame: ClipFrame) => Promise<void>;
  /** Whether what is not drawn is transparent: WebM, where the browser encodes VP9 or VP8. */
  readonly isTransparent: boolean;
}

/**
 * A video of all frames as they are drawn, at their own times: MP4 where the browser encodes H.264 and nothing is transparent, else WebM.
 *
 * @throws {CodecError} this browser encodes no video
 */
export async function writeVideo(
  clip: Clip,
  { draw, isTransparent }: WrittenVideo,
  { signal, emit }: Pick<CallContext, "signal" | "emit">,
): Promise<{ readonly blob: Blob; readonly ending: string }> {
  // Encoders want even sides; the last row or column is stretched in.
  const canvas = new OffscreenCanvas(even(clip.width), even(clip.height));
  const size = { width: canvas.width, height: canvas.height };
  const isMp4 = !isTransparent && (await getFirstEncodableVideoCodec(["avc"], size)) === "avc";
  const others = isTransparent ? (["vp9", "vp8"] as const) : (["vp9", "vp8", "av1"] as const);
  const codec = isMp4 ? "avc" : await getFirstEncodableVideoCodec([...others], size);
  if (!codec) throw new CodecError(clip.name, "none that this browser encodes");
  const target = new BufferTarget();
  const format = isMp4 ? new Mp4OutputFormat() : new WebMOutputFormat();
  const output = new Output({ format, target });
  const source = new CanvasSource(canvas, {
    codec,
    quality: new Quality("high"),
    keyFrameInterval: KEY_FRAME_SECONDS,
    alpha: isTransparent ? "keep" : "discard",
  });
  output.addVideoTrack(source);
  await output.start();
  try {
    const { times, duration } = clip;
    for await (const frame of clip.frames(0)) {
      signal.throwIfAborted();
      const { index } = frame;
      await draw(canvas, frame);
      const start = times[index] ?? 0;
      await source.add(start, Math.max(0.001, (times[index + 1] ?? duration) - start));
      emit({ done: index + 1, total: times.length });
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  const type = isMp4 ? "video/mp4" : "video/webm";
  return { blob: new Blob([target.buffer ?? new ArrayBuffer(0)], { type }), ending: isMp4 ? "mp4" : "webm" };
}

function even(side: number): number {
  return side + (side % 2);
}
