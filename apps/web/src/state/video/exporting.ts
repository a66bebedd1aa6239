import { signal } from "@preact/signals";
import { objectColor } from "../../domain/colors.js";
import type { ExportProgress, VideoExportRequest, VideoFormat } from "../../protocol/clip.js";
import type { ExportedFile } from "../../protocol/engine.js";
import * as session from "../session.js";
import { exportRange, exportSpeed, keepsSound } from "./export-choices.js";
import { clips } from "./playback.js";
import { currentTracks, video } from "./tracks.js";

export const VIDEO_FORMATS: readonly { readonly id: VideoFormat; readonly isPicture: boolean }[] = [
  { id: "overlay", isPicture: true },
  { id: "cutout", isPicture: true },
  { id: "frames", isPicture: true },
  { id: "masks", isPicture: true },
  { id: "coco", isPicture: false },
  { id: "mot", isPicture: false },
];

export const exportProgress = signal<ExportProgress | null>(null);

/** What was found of the objects, where it was found; hidden objects are left out. */
export function videoExportRequest(
  format: VideoFormat,
  isOnlyChosen: boolean,
): VideoExportRequest | undefined {
  const shown = video.value;
  if (!shown) return undefined;
  const objects = shown.objects.filter(
    ({ id, isVisible }) => isVisible && (!isOnlyChosen || id === session.objectId.value),
  );
  return {
    id: shown.id,
    name: shown.name,
    format,
    range: exportRange.value,
    speed: exportSpeed.value,
    hasSound: keepsSound.value,
    classes: session.doc.value.classes,
    items: objects.map(({ id, name, label, number }) => ({
      name,
      label,
      number,
      color: objectColor(number),
      masks: (currentTracks.value.get(id)?.frames ?? []).flatMap((found, frame) =>
        found && found.score > 0 && found.area > 0 ? [{ frame, rle: found.rle, score: found.score }] : [],
      ),
    })),
  };
}

export async function runVideoExport(
  request: VideoExportRequest,
  signal: AbortSignal,
): Promise<ExportedFile> {
  performance.mark("sam2js:export");
  exportProgress.value = { done: 0, total: 1 };
  try {
    return await clips().exportVideo(request, {
      signal,
      onProgress: (progress) => {
        exportProgress.value = progress;
      },
    });
  } finally {
    exportProgress.value = null;
  }
}
