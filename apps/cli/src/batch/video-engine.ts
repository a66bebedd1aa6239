import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BatchEngine, EntryResult } from "@sam2js/batch";
import type { ConsoleIo } from "../io/console-io.js";
import type { OutputFile } from "../io/write-files.js";
import { openFrames } from "../track/open-frames.js";
import { runTrack } from "../track/run-track.js";
import { trackFiles } from "../track/track-files.js";
import type { LoadedVideoModel } from "../track/with-video-model.js";
import type { BatchSettings } from "./batch-settings.js";
import { entryBytes } from "./read-source.js";
import { videoPrompts } from "./video-prompts.js";

/** What does the videos of a batch, one at a time. */
export function createVideoEngine(
  settings: BatchSettings,
  loaded: LoadedVideoModel,
  io: ConsoleIo,
): BatchEngine {
  const { videoFormats = ["coco"], dtype, maxHoleArea = 0, maxSprinkleArea = 0 } = settings;
  const { runtime } = loaded;
  return {
    prepare: async () => undefined,
    async work(entry, _, { folder, stem }, signal): Promise<EntryResult> {
      const prompts = videoPrompts(entry);
      const video = await openFrames(entry.image, runtime, signal);
      const scratch = await mkdtemp(join(tmpdir(), "sam2-track-"));
      try {
        const options = { source: entry.image, out: scratch, dtype, maxHoleArea, maxSprinkleArea };
        const tracks = await runTrack(loaded, video, prompts, options, {
          ...io,
          signal,
          note: () => undefined,
        });
        const files: OutputFile[] = [];
        for (const format of videoFormats) {
          for await (const { name, content } of trackFiles({ video, tracks, runtime, signal }, format))
            files.push({ name: `tracks/${folder}/${stem}${name.slice(video.stem.length)}`, content });
        }
        const [height, width] = video.size;
        return { width, height, frames: tracks.frames.length, files };
      } finally {
        await video.close();
        await rm(scratch, { recursive: true, force: true });
      }
    },
    readBytes: (entry, signal) => entryBytes(entry, runtime, signal),
    encodePng: (source) => runtime.encodePng(source),
  };
}
