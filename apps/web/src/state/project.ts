import { batch } from "@preact/signals";
import { InputError } from "@sam2js/core";
import { openPhotos } from "../domain/commands.js";
import type { Doc, ObjectDoc } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { madeMask } from "./asking.js";
import { inLanes } from "./in-lanes.js";
import { forgetViews, restoreMasks, savedMask } from "./masks.js";
import { withOwnIds } from "./own-ids.js";
import { readPixels } from "./photos.js";
import { headText, INDEX, parseProject, photoFile, photoText, type SavedProject } from "./project-files.js";
import * as session from "./session.js";
import { awaitedVideos } from "./video/open-video.js";
import { reopenVideos, trackFiles } from "./video/saving.js";

/** The browser decodes on several threads; a photo of 50 megapixels takes 200 MB. */
const DECODED_AT_A_TIME = 3;

/**
 * Shows a project.
 *
 * @param into  in place of what is open, as this project; left out: its photos beside those that are open, in one step of undo
 * @returns     whether it is shown: not where what was open was left, or another project was opened, while its pictures were read
 * Pictures that are missing, or cannot be read, cost no photo: it keeps its objects until its picture is given again.
 */
export async function showProject(
  { doc, seen }: SavedProject,
  blobs: ReadonlyMap<string, Blob>,
  into?: session.OpenProject,
): Promise<boolean> {
  const openId = session.project.value?.id;
  const photos = doc.photos.filter(({ video }) => !video);
  const videos = doc.photos.filter(({ video }) => video);
  const pixels = new Map<string, session.PhotoPixels>();
  await inLanes(photos, DECODED_AT_A_TIME, async ({ id, name }) => {
    const blob = blobs.get(id);
    const known = session.pixels.value.get(id);
    if (!blob) return;
    const file = new File([blob], name);
    const read = known ? { ...known, blob: file } : await readPixels(id, file).then(toPixels, () => null);
    if (read) pixels.set(id, read);
  });
  session.reserveIds(lastNumber(doc));
  const reopened = await reopenVideos(videos, blobs);
  const now = session.project.value;
  if (now?.id !== openId) return false;
  // A reader has become the one that edits meanwhile: what it has is newer.
  if (into?.isReadOnly && now?.id === into.id && !now.isReadOnly) return false;
  const own = into ? photos : withOwnIds(photos);
  if (!into) forgetViews();
  for (const photo of own) restoreMasks(photo, seen.get(photo.id));
  const order = doc.photos.map(({ id }) => id);
  const shown = [...own, ...reopened].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  batch(() => {
    session.pixels.value = new Map([...session.pixels.value, ...pixels]);
    if (into) {
      session.history.value = createHistory({ ...doc, photos: shown });
      session.project.value = into;
    } else {
      session.dispatch(openPhotos({ ...doc, photos: shown }));
      session.endStep();
    }
    if (!into || !shown.some(({ id }) => id === session.photoId.value))
      session.showPhoto(shown[0]?.id ?? session.photoId.value);
  });
  return true;
}

const toPixels = (read: { readonly pixels: session.PhotoPixels }) => read.pixels;

/**
 * Everything that is open, as one file, with all masks; of videos prompts and tracks. Masks that nobody asked for yet are made first.
 *
 * @throws {InputError} a mask is missing and there is no model to make it
 */
export async function saveProject(
  onProgress: (done: number, total: number) => void,
): Promise<{ readonly name: string; readonly blob: Blob }> {
  const doc = keptPart(session.doc.value);
  for (const [done, photo] of doc.photos.entries()) {
    onProgress(done, doc.photos.length);
    for (const object of photo.objects) await madeMask(photo, object);
  }
  // A video is asked for again: it may be larger than a file can be made here.
  const parts = [...photoBlobs(doc), ...photoTexts(doc), ...trackFiles(doc)];
  const name = session.project.value?.name ?? "project";
  const blob = await session.engine().packProject({ json: headText(doc, name), photos: parts });
  return { name: projectFileName(name), blob };
}

/** What a project's file is called. */
export function projectFileName(name: string): string {
  return `${name.replace(/[/\\:*?"<>|]+/g, "-")}.sam2js`;
}

/** @throws {InputError} not a project, or a damaged one */
export async function readProjectFile(
  file: Blob,
): Promise<{ readonly project: SavedProject; readonly blobs: ReadonlyMap<string, Blob> }> {
  const { json, photos } = await session.engine().unpackProject(file);
  const blobs = new Map(photos.map(({ id, blob }) => [id, blob]));
  const read = async (name: string) => {
    const text = name === INDEX ? json : await blobs.get(name)?.text();
    if (text === undefined)
      throw InputError.expected("project", `${name} in it`, "none", "it may be cut off");
    return text;
  };
  return { project: await parseProject(read), blobs };
}

/** Without cameras, whose frames are gone, and with videos that wait for their files. */
export function keptPart(doc: Doc): Doc {
  const open = doc.photos.filter(({ video }) => video?.kind !== "camera");
  const awaited = awaitedVideos().filter(({ id }) => !open.some((photo) => photo.id === id));
  return { ...doc, photos: [...open, ...awaited] };
}

export function photoBlobs(doc: Doc): { id: string; blob: Blob }[] {
  return doc.photos.flatMap(({ id }) => {
    const blob = session.pixels.value.get(id)?.blob;
    return blob ? [{ id, blob }] : [];
  });
}

function photoTexts({ photos }: Doc): { id: string; blob: Blob }[] {
  return photos.map((photo) => {
    const text = photoText(photo, (object) => savedMask(photo, object));
    return { id: photoFile(photo.id), blob: new Blob([text]) };
  });
}

/** The highest number in the ids of a document. */
function lastNumber({ photos }: Doc): number {
  const idsOf = ({ id, points, strokes, fixed, frames }: ObjectDoc) => [
    id,
    ...[...points, ...strokes, ...(fixed ? [fixed] : [])].map((each) => each.id),
    ...Object.values(frames).flatMap(({ points: its, mask }) => [
      ...its.map((each) => each.id),
      ...(mask ? [mask.id] : []),
    ]),
  ];
  const ids = photos.flatMap(({ objects }) => objects.flatMap(idsOf));
  return Math.max(0, ...ids.map((id) => Number(/-(\d+)$/.exec(id)?.[1] ?? 0)));
}
