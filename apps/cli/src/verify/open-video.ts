import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DownloadError, NotFoundError, type Runtime } from "@sam2js/core";
import { proxyFetch } from "@sam2js/runtime-node";
import type { TrackFrames } from "../track/frames.js";
import { openFrames } from "../track/open-frames.js";
import { findImage, type ImagePlaces } from "./find-image.js";

/**
 * Opens the video of a row for the time of `work`; one on the Hub is fetched into a temporary folder.
 *
 * @throws {NotFoundError} it cannot be had  @throws {DownloadError} it cannot be fetched
 */
export async function withVideo<T>(
  place: string | undefined,
  places: ImagePlaces,
  runtime: Runtime,
  signal: AbortSignal,
  work: (video: TrackFrames) => Promise<T>,
): Promise<T> {
  if (place === undefined)
    throw new NotFoundError("the file of expected values does not say where the video is");
  const url = await findImage(place, places);
  if (!url) throw new NotFoundError(`${place} is on the Hub, which is not asked in offline mode`);
  const isFile = url.protocol === "file:";
  const folder = isFile ? undefined : await mkdtemp(join(tmpdir(), "sam2-verify-"));
  try {
    const path = folder === undefined ? fileURLToPath(url) : await download(url, folder, signal);
    const video = await openFrames(path, runtime, signal);
    try {
      return await work(video);
    } finally {
      await video.close();
    }
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function download(url: URL, folder: string, signal: AbortSignal): Promise<string> {
  const path = join(folder, basename(url.pathname));
  const response = await proxyFetch()(url, { signal }).catch((cause) => {
    signal.throwIfAborted();
    throw new DownloadError(`${url}: cannot be fetched (${cause.message})`, { cause });
  });
  if (!response.ok) throw DownloadError.expected(url.href, "a video", `status ${response.status}`);
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
  return path;
}
