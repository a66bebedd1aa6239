import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, type Runtime, UnsupportedError } from "@sam2js/core";
import type { Engine } from "../engine/engine.js";
import { RequestError } from "../errors/request-error.js";
import type { VideoFrames } from "./video-sessions.js";

/** Opens a video file; its codecs are the program's business. */
export type OpenVideo = (path: string, options: { readonly signal: AbortSignal }) => Promise<VideoFrames>;

/**
 * Frames that were sent as pictures. They are kept as they came, and decoded when they are needed.
 *
 * @param frames  bytes of image files, in order
 * @throws {ImageError} the first cannot be decoded  @throws {RequestError} one has too many pixels
 */
export async function pictureFrames(
  frames: readonly Uint8Array[],
  engine: Engine,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<VideoFrames> {
  const [first] = frames;
  if (!first) throw InputError.expected("frames", "one or more pictures", "none");
  for (const frame of frames) await engine.checkPixels(frame);
  const { width, height } = await runtime.decodeImage(first, { signal });
  return {
    length: frames.length,
    size: [height, width],
    get: (index) => frames[index],
    close: async () => undefined,
  };
}

/**
 * Frames of a video file that was sent. It lies in a folder of its own until the session ends.
 *
 * @throws {UnsupportedError} the server reads no video files  @throws {RequestError} it has too many frames or pixels
 */
export async function fileFrames(
  bytes: Uint8Array,
  open: OpenVideo | undefined,
  limits: { readonly maxFrames: number; readonly maxPixels: number },
  signal: AbortSignal,
): Promise<VideoFrames> {
  if (!open) {
    const expected = "frames as pictures, since this server reads no video files";
    throw UnsupportedError.expected("video", expected, "a video file", "start it by sam2 serve, which does");
  }
  const folder = await mkdtemp(join(tmpdir(), "sam2js-video-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "video");
    await writeFile(path, bytes, { signal });
    const frames = await open(path, { signal });
    const [height, width] = frames.size;
    const { maxFrames, maxPixels } = limits;
    const close = async () => {
      await frames.close();
      await remove();
    };
    const excess =
      frames.length > maxFrames
        ? RequestError.tooLarge("video", `at most ${maxFrames} frames`, frames.length, "--max-frames")
        : width * height > maxPixels
          ? RequestError.tooLarge(
              "video",
              `at most ${maxPixels} pixels a frame`,
              `${width} x ${height}`,
              "--max-pixels",
            )
          : undefined;
    if (excess) {
      await frames.close();
      throw excess;
    }
    const { length, size } = frames;
    const times = frames.timeOf && { timeOf: (index: number) => frames.timeOf?.(index) ?? 0 };
    return { length, size, get: (index, options) => frames.get(index, options), close, ...times };
  } catch (error) {
    await remove();
    throw error;
  }
}
