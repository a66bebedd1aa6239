import type { Runtime } from "@sam2js/core";
import { compressRle, type MaskFrame, toLabelMapPng, toMot, toVideoCoco } from "@sam2js/masks";
import { stemOf, uniqueNames } from "@sam2js/media";
import type { OutputFile } from "../io/write-files.js";
import type { TrackFrames } from "./frames.js";
import { renderFrame } from "./render-frame.js";
import type { Tracks } from "./run-track.js";
import type { TrackFormat } from "./track-formats.js";
import { writeGif } from "./write-gif.js";

/** Where the masks of a video are, and its frames to draw them on. */
export interface TrackedVideo {
  readonly video: TrackFrames;
  readonly tracks: Tracks;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** Is told what a file does not keep. */
  readonly note?: (text: string) => void;
}

/** The files of a tracked video in one format; nothing is written yet. */
export async function* trackFiles(tracked: TrackedVideo, format: TrackFormat): AsyncGenerator<OutputFile> {
  const { video, tracks, signal, note } = tracked;
  const pictures = {
    ...(note && { note }),
    frames: tracks.frames,
    render: async (frame: number) => {
      const image = await video.get(frame, { signal });
      return renderFrame(image as NonNullable<typeof image>, frame, tracks);
    },
  };
  switch (format) {
    case "mp4":
    case "webm": {
      const { writeVideo } = await import("./write-video.js");
      yield await writeVideo(format, video, pictures, signal);
      return;
    }
    case "gif":
      yield await writeGif(video, pictures, signal);
      return;
    case "png":
      yield* labelMaps(tracked);
      return;
    case "coco":
      yield { name: `${video.stem}.coco.json`, content: coco(tracked) };
      return;
    case "mot":
      yield { name: `${video.stem}.mot.txt`, content: toMot(maskFrames(tracked)) };
      return;
    case "rle":
      yield { name: `${video.stem}.rle.json`, content: rle(tracked) };
  }
}

/** A palette picture per frame: 0 is the background, 1 the first object. */
async function* labelMaps({ video, tracks, runtime, signal }: TrackedVideo): AsyncGenerator<OutputFile> {
  const empty = { size: video.size, counts: [video.size[0] * video.size[1]] };
  const nameOf = labelMapNames(video);
  for (const frame of tracks.frames) {
    signal.throwIfAborted();
    const masks = tracks.masks(frame);
    const map = toLabelMapPng(
      tracks.objects.map((id) => masks.get(id) ?? empty),
      video.size,
    );
    yield { name: nameOf(frame), content: await runtime.encodePng(map) };
  }
}

/** What the label map of each frame is called. */
export function labelMapNames({
  stem,
  names,
}: Pick<TrackFrames, "stem" | "names">): (frame: number) => string {
  const own = names && uniqueNames(names.map(stemOf));
  return (frame) => `${stem}.masks/${own?.[frame] ?? frameName(frame)}.png`;
}

/** What is seen on each frame, under the frame's own name where it is a file. */
function maskFrames({ video, tracks }: TrackedVideo): MaskFrame[] {
  return tracks.frames.map((index) => {
    const masks = tracks.masks(index);
    return {
      index,
      fileName: video.names?.[index] ?? `${video.stem}/${frameName(index)}`,
      masks: tracks.objects.map((id) => masks.get(id)),
    };
  });
}

function coco(tracked: TrackedVideo): string {
  const { video, tracks } = tracked;
  const info = { description: "tracks by sam2js", fps: video.frameRate };
  return `${JSON.stringify(toVideoCoco(maskFrames(tracked), video.size, tracks.objects, { info }))}\n`;
}

function rle({ video, tracks }: TrackedVideo): string {
  const frames = tracks.frames.map((frame) => ({
    frame,
    ...(video.names && { file_name: video.names[frame] }),
    time: Number(video.timeOf(frame).toFixed(4)),
    objects: Object.fromEntries(
      [...tracks.masks(frame)].flatMap(([id, mask]) =>
        mask.area > 0 ? [[id, { ...compressRle(mask), object_score: mask.objectScore }]] : [],
      ),
    ),
  }));
  const { size, frameRate } = video;
  return `${JSON.stringify({ video: video.stem, size, frameRate, objects: tracks.objects, frames })}\n`;
}

function frameName(frame: number): string {
  return String(frame).padStart(5, "0");
}
