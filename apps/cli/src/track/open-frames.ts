import { open, stat } from "node:fs/promises";
import { type FileKind, fileKind, ImageError, NotFoundError, type Runtime } from "@sam2js/core";
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
    throw NotFoundError.expected(path, "a video, an animation or a folder of frames", "nothing there");
  }
  if (found.isDirectory()) return folderFrames(path, runtime, signal);
  if (found.isFile()) {
    const head = await headOf(path);
    const { name, sort } = fileKind(head);
    if (ANIMATIONS.includes(name)) return animationFrames(path);
    if (PICTURES.includes(sort)) throw noVideo(path, name, head);
  }
  const { videoFrames } = await import("./video-frames.js");
  return videoFrames(path, signal);
}

/** Pictures that may move, whatever their names end in. */
const ANIMATIONS: readonly string[] = ["GIF", "WebP"];
const PICTURES: readonly FileKind["sort"][] = ["readable", "maybe", "picture", "raw"];

/** So much of a file tells its kind. */
const HEAD_BYTES = 4096;

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A demuxer would call a picture a damaged video. */
function noVideo(path: string, name: string, head: Uint8Array): ImageError {
  const expected = "a video, an animation (GIF, WebP) or a folder of frames";
  // The chunk `acTL` makes a PNG an animation; brands of an AVIF or HEIC file say that it is a sequence.
  const text = String.fromCharCode(...head);
  const moves = name === "PNG" ? text.includes("acTL") : /^....ftyp.{0,60}(avis|hevc|msf1)/s.test(text);
  const [got, next] = moves
    ? [`an animation (${name})`, "convert it first: ffmpeg -i <file> clip.mp4"]
    : [`a picture (${name})`, "sam2 segment and sam2 generate take pictures"];
  return ImageError.expected(path, expected, got, next);
}
