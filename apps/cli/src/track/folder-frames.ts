import { join, resolve } from "node:path";
import type { RgbImage, Runtime } from "@sam2js/core";
import { baseName, safeName, sortFolder } from "@sam2js/media";
import { listFiles, noPictures } from "../io/expand-inputs.js";
import type { TrackFrames } from "./frames.js";

/** Frames of a folder have no times: what videos made of them show. */
const FRAMES_PER_SECOND = 10;

/**
 * The pictures of a folder as a video, in the order of the numbers in their names.
 *
 * @throws {InputError} there are no pictures
 */
export async function folderFrames(
  folder: string,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<TrackFrames> {
  const { pictures: names, leftOut } = sortFolder(await listFiles(folder));
  const paths = names.map((name) => join(folder, name));
  const [first] = paths;
  if (first === undefined) throw noPictures(folder, leftOut);
  const { height, width } = await runtime.decodeImage(first, { signal });
  return {
    length: paths.length,
    names,
    leftOut,
    size: [height, width],
    frameRate: FRAMES_PER_SECOND,
    stem: safeName(baseName(resolve(folder))),
    async get(index, options): Promise<RgbImage | undefined> {
      const path = paths[index];
      return path === undefined ? undefined : runtime.decodeImage(path, options);
    },
    timeOf: (index) => index / FRAMES_PER_SECOND,
    async close() {},
  };
}
