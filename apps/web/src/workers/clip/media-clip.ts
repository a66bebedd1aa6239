import { ImageError, UnsupportedError } from "@sam2js/core";
import { openVideo, type VideoFile } from "@sam2js/media";
import { BlobSource } from "mediabunny";
import { CodecError, VideoError } from "../../domain/video-error.js";
import type { Clip, ClipFrame } from "./clip.js";
import { SamplePixels } from "./sample-pixels.js";

/**
 * Opens MP4, MOV, WebM, Matroska and what else mediabunny reads. Frames are decoded by the browser (WebCodecs).
 *
 * @param onProgress  is called now and then while a long table is read
 * @throws {VideoError} it is no video, or has no frames  @throws {CodecError} this browser does not decode it
 */
export async function openMediaClip(blob: Blob, name: string, onProgress: () => void): Promise<Clip> {
  const video = await openVideo(new BlobSource(blob), name, { onProgress }).catch((cause) => {
    throw appError(name, cause);
  });
  const { width, height, times, duration } = video;
  // Frames of another size than the first are brought to it.
  const pixels = new SamplePixels(width, height);
  return {
    name,
    width,
    height,
    times,
    duration,
    frames: (from) => framesOf(video, pixels, from),
    sound: () =>
      video.sound().catch((cause) => {
        throw appError(name, cause);
      }),
    dispose: () => video.dispose(),
  };
}

async function* framesOf(
  video: VideoFile,
  pixels: SamplePixels,
  from: number,
): AsyncGenerator<ClipFrame, void, undefined> {
  try {
    for await (const { index, sample } of video.frames(from)) {
      try {
        yield { index, pixels: (spare) => pixels.read(sample, spare) };
      } finally {
        sample.close();
      }
    }
  } catch (cause) {
    throw appError(video.name, cause);
  }
}

/** As the app tells it: a damaged video, or one that this browser does not decode. */
function appError(name: string, cause: unknown): unknown {
  if (UnsupportedError.isInstance(cause)) return new CodecError(name, String(cause.facts.got));
  return ImageError.isInstance(cause) ? new VideoError(cause.message, { ...cause.facts, cause }) : cause;
}
