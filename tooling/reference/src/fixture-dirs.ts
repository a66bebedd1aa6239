import { delimiter, isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const fixturesDir = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** Committed fixtures of image cases that carry their checkpoint: SAM 2, and EdgeTAM. */
export const imageFixtureNames = ["odd-a", "odd-b", "odd-c", "odd-d", "edge-a", "edge-b"] as const;

/** Committed fixtures of a `Sam2VisionModel` and a `Sam2HieraDetModel`, saved by their own classes. */
export const towerFixtureNames = ["vision-tower", "hiera-tower"] as const;

/** Committed fixtures of a `Sam2VideoModel`, with the settings of SAM 2.1 and of 2.0, and of an `EdgeTamVideoModel`. */
export const videoFixtureNames = ["video-a", "video-b", "video-edge-a", "video-edge-b"] as const;

/** Absolute folder of a committed fixture; an absolute folder is returned as it is. */
export function fixtureDir(name: string): string {
  return isAbsolute(name) ? name : resolve(fixturesDir, name);
}

/**
 * Folders to run image parity over: the committed fixtures, then those in `SAM2JS_GOLDENS` (separated as in `PATH`),
 * which `python/random_case.py` makes from unseen seeds.
 */
export function goldenDirs(environment: NodeJS.ProcessEnv = process.env): string[] {
  const extra = (environment.SAM2JS_GOLDENS ?? "").split(delimiter).filter((dir) => dir !== "");
  return [...imageFixtureNames.map(fixtureDir), ...extra.map((dir) => resolve(dir))];
}

/**
 * Folders to run video parity over: the committed fixtures, then those in `SAM2JS_VIDEO_GOLDENS` (separated as in `PATH`),
 * which `python/make_video_goldens.py --seed` makes.
 */
export function videoGoldenDirs(environment: NodeJS.ProcessEnv = process.env): string[] {
  const extra = (environment.SAM2JS_VIDEO_GOLDENS ?? "").split(delimiter).filter((dir) => dir !== "");
  return [...videoFixtureNames.map(fixtureDir), ...extra.map((dir) => resolve(dir))];
}
