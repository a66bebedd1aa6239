import { Mask, type MaskFrame, toLabelMap, toMot, toVideoCoco } from "@sam2js/masks";
import type { CallContext } from "@sam2js/runtime-ort";
import { encodePng } from "@sam2js/runtime-web";
import { type Zippable, zipSync } from "fflate";
import type { FrameRange } from "../../domain/plan.js";
import { VideoError } from "../../domain/video-error.js";
import type { VideoExportRequest, VideoTrackItem } from "../../protocol/clip.js";
import type { ExportedFile } from "../../protocol/engine.js";
import { stem } from "../apart-names.js";
import type { Clip, ClipFrame } from "./clip.js";
import { drawCutOut, drawFrame, type FrameMask } from "./draw-frame.js";
import { writeVideo } from "./write-video.js";

type Steps = Pick<CallContext, "signal" | "emit">;

/** Writes what was found in a video. */
export async function exportVideo(
  clip: Clip,
  request: VideoExportRequest,
  context: Steps,
): Promise<ExportedFile> {
  const { items, format, range } = request;
  const isInside = ({ frame }: { readonly frame: number }) => frame >= range.first && frame <= range.last;
  if (!items.some(({ masks }) => masks.some(isInside))) {
    const expected = "an object that was found on a frame of what is exported";
    const next = "track one first, or export the whole video";
    throw VideoError.expected("export", expected, "none", next);
  }
  const name = stem(request.name);
  const byFrame = groupByFrame(items);
  switch (format) {
    case "overlay": {
      const draw = (canvas: OffscreenCanvas, frame: ClipFrame) =>
        drawFrame(canvas, frame, byFrame.get(frame.index) ?? []);
      const { blob, ending } = await writeVideo(clip, { ...request, draw, isTransparent: false }, context);
      return { name: `${name}-overlay.${ending}`, blob, width: clip.width, height: clip.height };
    }
    case "cutout": {
      const draw = (canvas: OffscreenCanvas, frame: ClipFrame) =>
        drawCutOut(canvas, frame, byFrame.get(frame.index) ?? []);
      const { blob, ending } = await writeVideo(clip, { ...request, draw, isTransparent: true }, context);
      return { name: `${name}-cutout.${ending}`, blob, width: clip.width, height: clip.height };
    }
    case "frames":
      return zipOf(`${name}-frames.zip`, await drawnFrames(clip, range, byFrame, context));
    case "masks":
      return zipOf(`${name}-masks.zip`, await maskFrames(clip, request, byFrame, context));
    case "mot":
      return fileOf(`${name}-mot.txt`, toMot(trackedFrames(name, request, byFrame)), "text/plain");
    case "coco": {
      const coco = toVideoCoco(
        trackedFrames(name, request, byFrame),
        [clip.height, clip.width],
        items.map(({ label }) => label),
        { categories: request.classes, info: { description: "made with sam2js" } },
      );
      return fileOf(`${name}-coco.json`, `${JSON.stringify(coco)}\n`, "application/json");
    }
  }
}

function groupByFrame(items: readonly VideoTrackItem[]): ReadonlyMap<number, readonly FrameMask[]> {
  const frames = new Map<number, FrameMask[]>();
  for (const item of items) {
    for (const { frame, rle, score } of item.masks) {
      const masks = frames.get(frame) ?? [];
      frames.set(frame, masks);
      masks.push({ item, rle, score });
    }
  }
  return frames;
}

async function drawnFrames(
  clip: Clip,
  { first, last }: FrameRange,
  byFrame: ReadonlyMap<number, readonly FrameMask[]>,
  { signal, emit }: Steps,
): Promise<Zippable> {
  const canvas = new OffscreenCanvas(clip.width, clip.height);
  const files: Zippable = {};
  for await (const frame of clip.frames(first)) {
    signal.throwIfAborted();
    const { index } = frame;
    if (index > last) break;
    await drawFrame(canvas, frame, byFrame.get(index) ?? []);
    const png = await canvas.convertToBlob({ type: "image/png" });
    files[`${numbered(index)}.png`] = new Uint8Array(await png.arrayBuffer());
    emit({ done: index - first + 1, total: last - first + 1 });
  }
  return files;
}

/** Grey values are places in `objects.txt`, from 1 on; 0 is nothing. */
async function maskFrames(
  { width, height }: Clip,
  { items, range: { first, last } }: VideoExportRequest,
  byFrame: ReadonlyMap<number, readonly FrameMask[]>,
  { signal, emit }: Steps,
): Promise<Zippable> {
  const files: Zippable = {};
  const none = { size: [height, width] as const, counts: Uint32Array.of(height * width) };
  for (let index = first; index <= last; index++) {
    signal.throwIfAborted();
    const masks = byFrame.get(index) ?? [];
    const places = items.map((item) => masks.find((mask) => mask.item === item)?.rle ?? none);
    const data = Uint8Array.from(toLabelMap(places, [height, width]).data);
    files[`${numbered(index)}.png`] = await encodePng({ data, width, height, channels: 1 });
    emit({ done: index - first + 1, total: last - first + 1 });
  }
  files["objects.txt"] = new TextEncoder().encode(
    items.map(({ name }, at) => `${at + 1} ${name}\n`).join(""),
  );
  return files;
}

/** The objects on each frame, in the order of the list. Frames of a part keep their numbers in the video. */
function trackedFrames(
  name: string,
  { items, range: { first, last } }: VideoExportRequest,
  byFrame: ReadonlyMap<number, readonly FrameMask[]>,
): MaskFrame[] {
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const index = first + at;
    const masks = byFrame.get(index) ?? [];
    return {
      index,
      fileName: `${name}/${numbered(index)}.png`,
      masks: items.map((item) => {
        const found = masks.find((mask) => mask.item === item);
        return found && new Mask(found.rle, { objectScore: 1 / (1 + Math.exp(-found.score)) });
      }),
    };
  });
}

function numbered(frame: number): string {
  return String(frame).padStart(5, "0");
}

function zipOf(name: string, files: Zippable): ExportedFile {
  return { name, blob: new Blob([zipSync(files, { level: 0 })], { type: "application/zip" }) };
}

function fileOf(name: string, text: string, type: string): ExportedFile {
  return { name, blob: new Blob([text], { type }) };
}
