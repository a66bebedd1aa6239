import { open, stat } from "node:fs/promises";
import { fileKind, ImageError, NotFoundError, type Runtime } from "@sam2js/core";
import { animationFrames } from "./animation-frames.js";
import { folderFrames } from "./folder-frames.js";
import type { TrackFrames } from "./frames.js";

/**
 * What a user names as a video: a folder of pictures, a GIF or WebP animation, or a video file.
 *
 * @throws {NotFoundError} there is nothing  @throws {ImageError} it is no video
 */
export async function openFrames(path: string, runtime: Runtime, signal: AbortSignal): Promise<TrackFrames> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new NotFoundError(
      `${path}: expected a video, an animation or a folder of frames, found nothing there`,
      {
        path,
      },
    );
  }
  if (found.isDirectory()) return folderFrames(path, runtime, signal);
  if (/\.(gif|webp)$/i.test(path)) return animationFrames(path);
  if (found.isFile()) await refusePicture(path);
  const { videoFrames } = await import("./video-frames.js");
  return videoFrames(path, signal);
}

/** So much of a file tells its kind. */
const HEAD_BYTES = 4096;

/** A demuxer would call a picture a damaged video. */
async function refusePicture(path: string): Promise<void> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const { sort, name } = fileKind(buffer.subarray(0, bytesRead));
    if (!["readable", "maybe", "picture", "raw"].includes(sort)) return;
    const expected = "a video, an animation (GIF, WebP) or a folder of frames";
    throw ImageError.expected(
      path,
      expected,
      `a ${name} picture`,
      "sam2 segment and sam2 generate take pictures",
    );
  } finally {
    await handle.close();
  }
}
