import { Mask, type MaskFrame, toLabelMap, toMot, toVideoCoco } from "@sam2js/masks";
import type { CallContext } from "@sam2js/runtime-ort";
import { encodePng } from "@sam2js/runtime-web";
import { type Zippable, zipSync } from "fflate";
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
  const { items, format } = request;
  if (!items.some(({ masks }) => masks.length > 0)) {
    throw new VideoError("export: expected an object that was found on a frame, got none; track one first");
  }
  const name = stem(request.name);
  const byFrame = groupByFrame(items);
  switch (format) {
    case "overlay": {
      const draw = (canvas: OffscreenCanvas, frame: ClipFrame) =>
        drawFrame(canvas, frame, byFrame.get(frame.index) ?? []);
      const { blob, ending } = await writeVideo(clip, { draw, isTransparent: false }, context);
      return { name: `${name}-overlay.${ending}`, blob, width: clip.width, height: clip.height };
    }
    case "cutout": {
      const draw = (canvas: OffscreenCanvas, frame: ClipFrame) =>
        drawCutOut(canvas, frame, byFrame.get(frame.index) ?? []);
      const { blob, ending } = await writeVideo(clip, { draw, isTransparent: true }, context);
      return { name: `${name}-cutout.${ending}`, blob, width: clip.width, height: clip.height };
    }
    case "frames":
      return zipOf(`${name}-frames.zip`, await drawnFrames(clip, byFrame, context));
    case "masks":
      return zipOf(`${name}-masks.zip`, await maskFrames(clip, items, byFrame, context));
    case "mot":
      return fileOf(`${name}-mot.txt`, toMot(trackedFrames(clip, name, items, byFrame)), "text/plain");
    case "coco": {
      const coco = toVideoCoco(
        trackedFrames(clip, name, items, byFrame),
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
  byFrame: ReadonlyMap<number, readonly FrameMask[]>,
  { signal, emit }: Steps,
): Promise<Zippable> {
  const canvas = new OffscreenCanvas(clip.width, clip.height);
  const files: Zippable = {};
  for await (const frame of clip.frames(0)) {
    signal.throwIfAborted();
    const { index } = frame;
    await drawFrame(canvas, frame, byFrame.get(index) ?? []);
    const png = await canvas.convertToBlob({ type: "image/png" });
    files[`${numbered(index)}.png`] = new Uint8Array(await png.arrayBuffer());
    emit({ done: index + 1, total: clip.times.length });
  }
  return files;
}

/** Grey values are places in `objects.txt`, from 1 on; 0 is nothing. */
async function maskFrames(
  clip: Clip,
  items: readonly VideoTrackItem[],
  byFrame: ReadonlyMap<number, readonly FrameMask[]>,
  { signal, emit }: Steps,
): Promise<Zippable> {
  const files: Zippable = {};
  const { width, height, times } = clip;
  const none = { size: [height, width] as const, counts: Uint32Array.of(height * width) };
  for (let index = 0; index < times.length; index++) {
    signal.throwIfAborted();
    const masks = byFrame.get(index) ?? [];
    const places = items.map((item) => masks.find((mask) => mask.item === item)?.rle ?? none);
    const data = Uint8Array.from(toLabelMap(places, [height, width]).data);
    files[`${numbered(index)}.png`] = await encodePng({ data, width, height, channels: 1 });
    emit({ done: index + 1, total: times.length });
  }
  files["objects.txt"] = new TextEncoder().encode(
    items.map(({ name }, at) => `${at + 1} ${name}\n`).join(""),
  );
  return files;
}

/** The objects on each frame, in the order of the list. */
function trackedFrames(
  clip: Clip,
  name: string,
  items: readonly VideoTrackItem[],
  byFrame: ReadonlyMap<number, readonly FrameMask[]>,
): MaskFrame[] {
  return Array.from(clip.times, (_, index) => {
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
