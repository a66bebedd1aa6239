import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { NotFoundError, type RgbImage, type Runtime } from "@sam2js/core";
import { IMAGE_ENDINGS } from "../io/expand-inputs.js";
import { stemOf, type TrackFrames } from "./frames.js";

/** Frames of a folder have no times: what videos made of them show. */
const FRAMES_PER_SECOND = 10;

/**
 * The pictures of a folder as a video, in the order of the numbers in their names.
 *
 * @throws {NotFoundError} there are no pictures
 */
export async function folderFrames(
  folder: string,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<TrackFrames> {
  const order = new Intl.Collator("en", { numeric: true });
  const names = (await readdir(folder))
    .filter((name) => (IMAGE_ENDINGS as readonly string[]).includes(extname(name).toLowerCase()))
    .sort(order.compare);
  const paths = names.map((name) => join(folder, name));
  const [first] = paths;
  if (first === undefined) {
    throw new NotFoundError(
      `${folder}: expected pictures (${IMAGE_ENDINGS.join(" ")}) in this folder, found none`,
      {
        folder,
      },
    );
  }
  const { height, width } = await runtime.decodeImage(first, { signal });
  return {
    length: paths.length,
    names,
    size: [height, width],
    frameRate: FRAMES_PER_SECOND,
    stem: stemOf(folder),
    async get(index, options): Promise<RgbImage | undefined> {
      const path = paths[index];
      return path === undefined ? undefined : runtime.decodeImage(path, options);
    },
    timeOf: (index) => index / FRAMES_PER_SECOND,
    async close() {},
  };
}
