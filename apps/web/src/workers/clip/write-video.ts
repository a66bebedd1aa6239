import type { SoundFeed } from "@sam2js/media";
import type { CallContext } from "@sam2js/runtime-ort";
import { BufferTarget, CanvasSource, Output, Quality } from "mediabunny";
import type { FrameRange } from "../../domain/plan.js";
import { framesAtSpeed } from "../../domain/speed.js";
import type { Clip, ClipFrame } from "./clip.js";
import { chooseContainer } from "./container.js";
import { addSound } from "./write-sound.js";

/** A key frame each so many seconds, so that players can seek. */
const KEY_FRAME_SECONDS = 2;

export interface WrittenVideo {
  /** Draws a frame over the one before. */
  readonly draw: (canvas: OffscreenCanvas, frame: ClipFrame) => Promise<void>;
  /** Whether what is not drawn is transparent: WebM, where the browser encodes VP9 or VP8. */
  readonly isTransparent: boolean;
  readonly range: FrameRange;
  readonly speed: number;
  readonly hasSound: boolean;
}

/**
 * A video of a part's frames as they are drawn, at their own times or faster or slower, with the sound of that part.
 *
 * @throws {CodecError} this browser encodes no video
 */
export async function writeVideo(
  clip: Clip,
  { draw, isTransparent, range, speed, hasSound }: WrittenVideo,
  { signal, emit }: Pick<CallContext, "signal" | "emit">,
): Promise<{ readonly blob: Blob; readonly ending: string }> {
  const { codec, format, width, height } = await chooseContainer(clip, isTransparent);
  const canvas = new OffscreenCanvas(width, height);
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new CanvasSource(canvas, {
    codec,
    quality: new Quality("high"),
    keyFrameInterval: KEY_FRAME_SECONDS,
    alpha: isTransparent ? "keep" : "discard",
  });
  output.addVideoTrack(source);
  let sound: SoundFeed | undefined;
  try {
    if (hasSound && speed === 1) sound = await addSound(clip, output, range);
    await output.start();
    const timed = new Map(
      framesAtSpeed(clip.times, clip.duration, range, speed).map((frame) => [frame.index, frame]),
    );
    const total = range.last - range.first + 1;
    for await (const frame of clip.frames(range.first)) {
      signal.throwIfAborted();
      if (frame.index > range.last) break;
      const due = timed.get(frame.index);
      if (due) {
        await draw(canvas, frame);
        await sound?.upTo(due.start);
        await source.add(due.start, due.duration);
      }
      emit({ done: frame.index - range.first + 1, total });
    }
    await sound?.upTo(Number.POSITIVE_INFINITY);
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  } finally {
    await sound?.close();
  }
  const blob = new Blob([target.buffer ?? new ArrayBuffer(0)], { type: format.mimeType });
  return { blob, ending: format.fileExtension.slice(1) };
}
