import { ImageError } from "@sam2js/core";
import { safeName, stemOf } from "@sam2js/media";
import sharp from "sharp";
import type { TrackFrames } from "./frames.js";

/** What viewers show where a file says nothing, or less than {@link LEAST_DELAY_MS}. */
const DEFAULT_DELAY_MS = 100;
const LEAST_DELAY_MS = 11;

/**
 * A GIF or WebP animation as a video.
 *
 * @throws {ImageError} it is damaged, or has one frame
 */
export async function animationFrames(path: string): Promise<TrackFrames> {
  const damaged = (cause: Error): never => {
    throw new ImageError(`${path}: not an animation, or damaged (${cause.message})`, { cause, path });
  };
  const { pages = 1, delay = [] } = await sharp(path, { animated: true }).metadata().catch(damaged);
  if (pages < 2) {
    throw ImageError.expected(path, "an animation", "one picture", "use sam2 segment for pictures");
  }
  const times: number[] = [];
  let time = 0;
  for (let page = 0; page < pages; page++) {
    times.push(time / 1000);
    const said = delay[page] ?? 0;
    time += said < LEAST_DELAY_MS ? DEFAULT_DELAY_MS : said;
  }
  const first = await sharp(path).metadata().catch(damaged);
  const { width, height } = first.autoOrient ?? first;
  return {
    length: pages,
    size: [height, width],
    frameRate: (1000 * pages) / time,
    stem: safeName(stemOf(path)),
    async get(index, options) {
      options?.signal?.throwIfAborted();
      if (index < 0 || index >= pages) return undefined;
      const { data, info } = await sharp(path, { page: index, failOn: "error", ignoreIcc: true })
        .autoOrient()
        .removeAlpha()
        .toColourspace("srgb")
        .raw()
        .toBuffer({ resolveWithObject: true })
        .catch((cause) => {
          throw new ImageError(`${path}: frame ${index} is damaged (${cause.message})`, {
            cause,
            path,
            index,
          });
        });
      return { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
    },
    timeOf: (index) => times[index] ?? time / 1000,
    async close() {},
  };
}
