import { checkOptions, checkText } from "@sam2js/core";
import type { Source } from "mediabunny";
import type { ReadOptions } from "./frame-times.js";
import type { VideoFile } from "./video-file.js";

/**
 * Opens a video: MP4, MOV, WebM, Matroska, MPEG-TS and what else the demuxer reads. The platform decodes (WebCodecs, in Node by a polyfill that
 * was loaded before). Time, frames and shape are those of the file: trimmed, turned, mirrored, with pixels that are not square.
 *
 * @param name  for messages
 * @throws {ImageError} it is no video, damaged, or has no frames that can be decoded
 * @throws {UnsupportedError} its codec is not decoded here
 */
export async function openVideo(source: Source, name: string, options: ReadOptions = {}): Promise<VideoFile> {
  checkOptions(options, ["signal", "onProgress"], "openVideo");
  checkText(name, "name", "what messages call the video, as a string");
  // The demuxer is loaded for those who open a video, not for all who name files.
  const { readVideo } = await import("./read-video.js");
  return readVideo(source, name, options);
}
