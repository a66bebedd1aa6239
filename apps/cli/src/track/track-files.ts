import type { Runtime } from "@sam2js/core";
import { compressRle, type Mask, toCocoDataset, toLabelMapPng } from "@sam2js/masks";
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
}

/** The files of a tracked video in one format; nothing is written yet. */
export async function* trackFiles(tracked: TrackedVideo, format: TrackFormat): AsyncGenerator<OutputFile> {
  const { video, tracks, signal } = tracked;
  const pictures = {
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
      yield { name: `${video.stem}.mot.txt`, content: mot(tracked) };
      return;
    case "rle":
      yield { name: `${video.stem}.rle.json`, content: rle(tracked) };
  }
}

/** A palette picture per frame: 0 is the background, 1 the first object. */
async function* labelMaps({ video, tracks, runtime, signal }: TrackedVideo): AsyncGenerator<OutputFile> {
  const empty = { size: video.size, counts: [video.size[0] * video.size[1]] };
  for (const frame of tracks.frames) {
    signal.throwIfAborted();
    const masks = tracks.masks(frame);
    const map = toLabelMapPng(
      tracks.objects.map((id) => masks.get(id) ?? empty),
      video.size,
    );
    yield { name: `${video.stem}.masks/${frameName(frame)}.png`, content: await runtime.encodePng(map) };
  }
}

/** COCO with an image per frame; `track_id` is the object's number, from 1. */
function coco({ video, tracks }: TrackedVideo): string {
  const rows = tracks.frames.map((frame) => ({ frame, seen: seen(tracks, frame) }));
  const dataset = toCocoDataset(
    rows.map(({ frame, seen }) => ({
      fileName: `${video.stem}/${frameName(frame)}`,
      size: video.size,
      masks: seen.map(({ mask }) => mask),
      categories: seen.map(({ number }) => number - 1),
    })),
    { categories: tracks.objects, info: { description: "tracks by sam2js", fps: video.frameRate } },
  );
  const numbers = rows.flatMap(({ seen }) => seen.map(({ number }) => number));
  const annotations = dataset.annotations.map((each, index) => ({ ...each, track_id: numbers[index] }));
  const images = dataset.images.map((each, index) => ({ ...each, frame: rows[index]?.frame }));
  return `${JSON.stringify({ ...dataset, images, annotations })}\n`;
}

/** MOTChallenge: frame and object from 1, box from the upper left corner at 1, 1, confidence, and −1 for the world. */
function mot({ tracks }: TrackedVideo): string {
  const lines = tracks.frames.flatMap((frame) =>
    seen(tracks, frame).map(({ mask, number }) => {
      const [x0, y0, x1, y1] = mask.box;
      const confidence = 1 / (1 + Math.exp(-(mask.score ?? 0)));
      return [frame + 1, number, x0 + 1, y0 + 1, x1 - x0 + 1, y1 - y0 + 1, confidence.toFixed(4), -1, -1, -1];
    }),
  );
  return lines.map((line) => `${line.join(",")}\n`).join("");
}

function rle({ video, tracks }: TrackedVideo): string {
  const frames = tracks.frames.map((frame) => ({
    frame,
    time: Number(video.timeOf(frame).toFixed(4)),
    objects: Object.fromEntries(
      seen(tracks, frame).map(({ id, mask }) => [id, { ...compressRle(mask), score: mask.score }]),
    ),
  }));
  const { size, frameRate } = video;
  return `${JSON.stringify({ video: video.stem, size, frameRate, objects: tracks.objects, frames })}\n`;
}

interface Seen {
  readonly id: string;
  /** Among all objects, from 1. */
  readonly number: number;
  readonly mask: Mask;
}

function seen(tracks: Tracks, frame: number): Seen[] {
  const masks = tracks.masks(frame);
  return tracks.objects.flatMap((id, index) => {
    const mask = masks.get(id);
    return mask && mask.area > 0 ? [{ id, number: index + 1, mask }] : [];
  });
}

function frameName(frame: number): string {
  return String(frame).padStart(5, "0");
}
