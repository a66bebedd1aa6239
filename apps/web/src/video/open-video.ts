import { batch } from "@preact/signals";
import { addPhotos } from "../store/commands.js";
import type { PhotoDoc } from "../store/document.js";
import { report } from "../store/problems.js";
import * as session from "../store/session.js";
import { clips, playhead, putFrame } from "./playback.js";

/** Files of open videos, by id. */
const files = new Map<string, File>();

export function fileOf(id: string): File | null {
  return files.get(id) ?? null;
}

/** Whether a file is shown frame by frame: a video, or a picture that moves. */
export async function isVideo(file: File): Promise<boolean> {
  if (file.type.startsWith("video/") || /\.(mp4|m4v|mov|webm|mkv)$/i.test(file.name)) return true;
  if (file.type !== "image/gif" && file.type !== "image/webp") return false;
  if (!("ImageDecoder" in globalThis)) return false;
  const decoder = new ImageDecoder({ data: await file.arrayBuffer(), type: file.type });
  try {
    await decoder.tracks.ready;
    await decoder.completed;
    return (decoder.tracks.selectedTrack?.frameCount ?? 1) > 1;
  } catch {
    // It is opened as a photo, which says what is wrong.
    return false;
  } finally {
    decoder.close();
  }
}

/** Opens a video and shows its first frame. */
export async function openVideo(file: File): Promise<void> {
  const id = session.newId("video");
  session.opening.value = file.name;
  try {
    const { width, height, times, duration } = await clips().open({ id, name: file.name, blob: file });
    const { image } = await clips().frame(id, 0, []);
    files.set(id, file);
    const doc: PhotoDoc = {
      id,
      name: file.name || "video",
      width,
      height,
      objects: [],
      video: { kind: "file", times, duration },
    };
    performance.mark("sam2js:open");
    batch(() => {
      putFrame(id, 0, image);
      session.dispatch(addPhotos([doc]));
      session.endStep();
      session.photoId.value = id;
      session.objectId.value = null;
      session.pointId.value = null;
      session.hover.value = null;
      session.tool.value = "select";
      playhead.value = 0;
    });
    session.announcement.value = `${file.name}: ${times.length} frames`;
  } catch (error) {
    report(error, "This video cannot be opened.");
  } finally {
    session.opening.value = null;
  }
}
