import { CodecError, VideoError } from "../../domain/video-error.js";
import type { Clip, ClipFrame } from "./clip.js";
import { DrawnPixels } from "./drawn-pixels.js";

/** Browsers show frames of animations for a tenth of a second where the file says less than this. */
const LEAST_SECONDS = 0.011;
const USUAL_SECONDS = 0.1;

/**
 * Opens animated GIF, WebP, PNG and AVIF by the browser's own decoder.
 *
 * @throws {VideoError} it cannot be read  @throws {CodecError} this browser has no decoder of animations
 */
export async function openAnimationClip(blob: Blob, name: string): Promise<Clip> {
  if (!("ImageDecoder" in globalThis) || !(await ImageDecoder.isTypeSupported(blob.type))) {
    throw new CodecError(name, blob.type || "an unknown type");
  }
  const data = await blob.arrayBuffer();
  const open = () => new ImageDecoder({ data: data.slice(0), type: blob.type, preferAnimation: true });
  const decoder = open();
  try {
    await decoder.tracks.ready;
    await decoder.completed;
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
    const times: number[] = [];
    let [end, width, height] = [0, 0, 0];
    for (let frameIndex = 0; frameIndex < count; frameIndex++) {
      const { image } = await decoder.decode({ frameIndex });
      const seconds = (image.duration ?? 0) / 1e6;
      times.push(end);
      end += seconds < LEAST_SECONDS ? USUAL_SECONDS : seconds;
      [width, height] = [image.displayWidth, image.displayHeight];
      image.close();
    }
    if (count === 0) throw VideoError.expected(name, "frames", "none");
    return {
      name,
      width,
      height,
      times: Float64Array.from(times),
      duration: end,
      frames: (from) => frames(open, count, from),
      dispose: () => undefined,
    };
  } catch (cause) {
    if (VideoError.isInstance(cause)) throw cause;
    const got = "bytes that are none or are cut off";
    throw VideoError.expected(name, "an animation", got, undefined, cause);
  } finally {
    decoder.close();
  }
}

async function* frames(
  open: () => ImageDecoder,
  count: number,
  from: number,
): AsyncGenerator<ClipFrame, void, undefined> {
  const decoder = open();
  const drawn = new DrawnPixels();
  try {
    await decoder.tracks.ready;
    for (let index = from; index < count; index++) {
      const { image } = await decoder.decode({ frameIndex: index });
      const { displayWidth: width, displayHeight: height } = image;
      const pixels = drawn.read(width, height, (context) => context.drawImage(image, 0, 0, width, height));
      image.close();
      yield { index, pixels: async () => pixels };
    }
  } finally {
    decoder.close();
  }
}
