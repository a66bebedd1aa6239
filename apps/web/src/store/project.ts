import { InputError } from "@sam2js/core";
import { reopenVideos, trackFiles } from "../video/saving.js";
import { madeMask } from "./asking.js";
import { openPhotos } from "./commands.js";
import type { Doc, ObjectDoc } from "./document.js";
import { restoreMasks, savedMask } from "./masks.js";
import { readPixels, showPhoto } from "./photos.js";
import { headText, INDEX, parseProject, photoFile, photoText, type SavedProject } from "./project-files.js";
import * as session from "./session.js";

/** Shows a project's photos beside those that are open already: one step of undo. */
export async function openProject(
  { doc, seen }: SavedProject,
  blobs: ReadonlyMap<string, Blob>,
): Promise<void> {
  const pixels = new Map<string, session.PhotoPixels>();
  const photos = doc.photos.filter(({ video }) => !video);
  const videos = doc.photos.filter(({ video }) => video);
  for (const { id, name } of photos) {
    const blob = blobs.get(id);
    if (!blob)
      throw InputError.expected("project", `the photo ${name} in it`, "none", "open the photo itself");
    const read = await readPixels(id, new File([blob], name));
    pixels.set(id, read.pixels);
  }
  session.reserveIds(lastNumber(doc));
  session.pixels.value = new Map([...session.pixels.value, ...pixels]);
  const reopened = await reopenVideos(videos, blobs);
  for (const photo of photos) restoreMasks(photo, seen.get(photo.id));
  session.dispatch(openPhotos({ ...doc, photos: [...photos, ...reopened] }));
  session.endStep();
  showPhoto(photos[0]?.id ?? reopened[0]?.id ?? session.photoId.value);
}

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
  const blob = await session.engine().packProject({ json: headText(doc), photos: parts });
  return { name: `${(doc.photos[0]?.name ?? "project").replace(/\.[^.]+$/, "")}.sam2js`, blob };
}

export async function openProjectFile(file: Blob): Promise<void> {
  const { json, photos } = await session.engine().unpackProject(file);
  const blobs = new Map(photos.map(({ id, blob }) => [id, blob]));
  const read = async (name: string) => {
    const text = name === INDEX ? json : await blobs.get(name)?.text();
    if (text === undefined)
      throw InputError.expected("project", `${name} in it`, "none", "it may be cut off");
    return text;
  };
  await openProject(await parseProject(read), blobs);
}

/** Without cameras: their frames are gone. */
export function keptPart(doc: Doc): Doc {
  return { ...doc, photos: doc.photos.filter(({ video }) => video?.kind !== "camera") };
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
