import { batch } from "@preact/signals";
import { addPhotos, openPhotos } from "../../domain/commands.js";
import { EMPTY_DOC, type PhotoDoc } from "../../domain/document.js";
import { fill, words } from "../../words/words.js";
import { report } from "../problems.js";
import * as session from "../session.js";
import { uniqueId } from "../unique-id.js";
import { clips, playhead, putFrame } from "./playback.js";

/** Files of open videos, by id. */
const files = new Map<string, File>();

export function fileOf(id: string): File | null {
  return files.get(id) ?? null;
}

/** Videos of a saved project whose files were not kept. */
const waiting = new Map<string, PhotoDoc>();

/** Goes on with a video's prompts and tracks once its file is opened. */
export function awaitFile(video: PhotoDoc): void {
  waiting.set(video.id, video);
}

/** Videos that wait for their files: parts of the project all the same. */
export function awaitedVideos(): readonly PhotoDoc[] {
  return [...waiting.values()];
}

export function forgetAwaited(): void {
  waiting.clear();
}

/** Opens the file of a video that is known, without showing it. @returns the document with the file's own facts */
export async function reopenVideo(video: PhotoDoc, file: File): Promise<PhotoDoc> {
  const { id } = video;
  const { width, height, times, duration } = await clips().open({ id, name: file.name, blob: file });
  const { image } = await clips().frame(id, 0, []);
  files.set(id, file);
  putFrame(id, 0, image);
  return { ...video, width, height, video: { kind: "file", times, duration } };
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
  // Used once ever, since projects of other days may be opened beside it.
  const id = `video-${uniqueId()}`;
  session.opening.value = file.name;
  try {
    const { width, height, times, duration } = await clips().open({ id, name: file.name, blob: file });
    const { image } = await clips().frame(id, 0, []);
    const known = [...waiting.values()].find(
      ({ name, video }) => name === file.name && video?.times.length === times.length,
    );
    if (known) {
      image.close();
      waiting.delete(known.id);
      const again = await reopenVideo(known, file);
      session.open(openPhotos({ ...EMPTY_DOC, photos: [again] }));
      session.endStep();
      showVideo(again.id);
      return;
    }
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
      session.open(addPhotos([doc]));
      session.endStep();
      showVideo(id);
    });
    session.announcement.value = fill(words().done.frames, { name: file.name, count: times.length });
  } catch (error) {
    report(error, words().wrong.video);
  } finally {
    session.opening.value = null;
  }
}

function showVideo(id: string): void {
  batch(() => {
    session.photoId.value = id;
    session.objectId.value = null;
    session.pointId.value = null;
    session.hover.value = null;
    session.tool.value = "select";
    playhead.value = 0;
  });
}
