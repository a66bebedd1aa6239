import { stat } from "node:fs/promises";
import { NotFoundError, type Runtime } from "@sam2js/core";
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
  const { videoFrames } = await import("./video-frames.js");
  return videoFrames(path, signal);
}
