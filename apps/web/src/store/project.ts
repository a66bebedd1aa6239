import { InputError } from "@sam2js/core";
import { reopenVideos, trackFiles } from "../video/saving.js";
import { openPhotos } from "./commands.js";
import type { Doc, ObjectDoc, PhotoDoc, RefinedAnswer } from "./document.js";
import { maskOf } from "./masks.js";
import { readPixels, showPhoto } from "./photos.js";
import * as session from "./session.js";

const VERSION = 1;

/**
 * The text of a project: photos with their objects, prompts, strokes and names, and each mask as it was when it was written.
 *
 * @param doc  videos in it are to be ones of files
 */
export function projectText(doc: Doc, withMasks: boolean): string {
  const photos = doc.photos.map((photo) => ({
    ...photo,
    objects: photo.objects.map((object) => {
      const mask = withMasks && !photo.video ? maskOf(photo, object) : undefined;
      return mask ? { ...object, mask: mask.view.rle } : object;
    }),
  }));
  const text = { format: "sam2js", version: VERSION, nextNumber: doc.nextNumber, photos };
  // Run lengths are typed arrays, which JSON would write as objects.
  return JSON.stringify(text, (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value as Uint32Array) : value,
  );
}

/** @throws {InputError} not a project's text, or of a later version */
export function parseProject(text: string): Doc {
  let read: { format?: unknown; version?: unknown; nextNumber?: unknown; photos?: unknown };
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new InputError("project: expected JSON, got something else; the file is damaged", { cause });
  }
  if (read?.format !== "sam2js" || !Array.isArray(read.photos) || !read.photos.every(isPhoto))
    throw new InputError("project: expected a project of sam2js with photos, got another format");
  if (read.version !== VERSION)
    throw new InputError(
      `project: expected version ${VERSION}, got ${read.version}; reload the app for a newer one`,
    );
  const photos = read.photos.map((photo) => ({
    ...photo,
    objects: photo.objects.map(withoutMask).map(withRefinedAnswer),
    video: photo.video && { ...photo.video, times: Float64Array.from(photo.video.times) },
  }));
  const numbers = photos.flatMap(({ objects }) => objects.map(({ number }) => number));
  return { photos, nextNumber: Math.max(0, ...numbers) + 1 };
}

/** Shows a project's photos beside those that are open already: one step of undo. */
export async function openProject(doc: Doc, blobs: ReadonlyMap<string, Blob>): Promise<void> {
  const pixels = new Map<string, session.PhotoPixels>();
  const { photos, videos } = apart(doc);
  for (const { id, name } of photos) {
    const blob = blobs.get(id);
    if (!blob)
      throw new InputError(`project: expected the photo ${name} in it, got none; open the photo itself`);
    const read = await readPixels(id, new File([blob], name));
    pixels.set(id, read.pixels);
  }
  const ids = JSON.stringify(doc).matchAll(/"[a-z]+-(\d+)"/g);
  session.reserveIds(Math.max(0, ...[...ids].map(([, number]) => Number(number))));
  session.pixels.value = new Map([...session.pixels.value, ...pixels]);
  const reopened = await reopenVideos(videos, blobs);
  session.dispatch(openPhotos({ ...doc, photos: [...photos, ...reopened] }));
  session.endStep();
  showPhoto(photos[0]?.id ?? reopened[0]?.id ?? session.photoId.value);
}

function apart({ photos }: Doc) {
  return { photos: photos.filter(({ video }) => !video), videos: photos.filter(({ video }) => video) };
}

/** Everything that is open, as one file; of videos prompts and tracks. */
export async function saveProject(): Promise<{ readonly name: string; readonly blob: Blob }> {
  const whole = session.doc.value;
  const doc = { ...whole, photos: whole.photos.filter(({ video }) => video?.kind !== "camera") };
  const [first] = doc.photos;
  // A video is asked for again: it may be larger than a file can be made here.
  const parts = [...photoBlobs(doc), ...trackFiles(doc)];
  const blob = await session.engine().packProject({ json: projectText(doc, true), photos: parts });
  return { name: `${(first?.name ?? "project").replace(/\.[^.]+$/, "")}.sam2js`, blob };
}

export async function openProjectFile(file: Blob): Promise<void> {
  const { json, photos } = await session.engine().unpackProject(file);
  await openProject(parseProject(json), new Map(photos.map(({ id, blob }) => [id, blob])));
}

export function photoBlobs(doc: Doc): { id: string; blob: Blob }[] {
  return doc.photos.flatMap(({ id }) => {
    const blob = session.pixels.value.get(id)?.blob;
    return blob ? [{ id, blob }] : [];
  });
}

function isPhoto(value: unknown): value is PhotoDoc {
  const { id, name, width, height, objects, video } = (value ?? {}) as Partial<PhotoDoc>;
  if (video && (video.kind !== "file" || !Array.isArray(video.times))) return false;
  const isWhole = typeof id === "string" && /^[\w-]+$/.test(id) && typeof name === "string";
  return (
    isWhole && Number(width) > 0 && Number(height) > 0 && Array.isArray(objects) && objects.every(isObject)
  );
}

function isObject(value: unknown): value is ObjectDoc {
  const { id, number, points, strokes, cleanUp } = (value ?? {}) as Partial<ObjectDoc>;
  const isNamed = typeof id === "string" && Number.isInteger(number);
  return isNamed && Array.isArray(points) && Array.isArray(strokes) && typeof cleanUp === "object";
}

function withoutMask(object: ObjectDoc & { readonly mask?: unknown }): ObjectDoc {
  const { mask: _, ...rest } = object;
  return rest;
}

/** Projects once named the answer that is refined by a text of its prompts, each with the text before it inside. */
function withRefinedAnswer(object: ObjectDoc): ObjectDoc {
  const named = object.base as RefinedAnswer | { readonly key: string; readonly choice: number } | null;
  return named && "key" in named ? { ...object, base: refinedFromText(named) } : object;
}

function refinedFromText({ key, choice }: { key: string; choice: number }): RefinedAnswer {
  const [input, , points, box, base, wantsAlternatives] = JSON.parse(key);
  return {
    input,
    points: points.map(([x, y, isInclude]: [number, number, boolean], i: number) => ({
      id: `${i}`,
      x,
      y,
      isInclude,
    })),
    box,
    base: base && refinedFromText(base),
    wantsAlternatives,
    choice,
  };
}
