import { batch, effect, untracked } from "@preact/signals";
import { openPicture, renamePicture } from "../clients/painter-service.js";
import { addPhotos, markDone, removePhoto } from "../domain/commands.js";
import type { PhotoDoc } from "../domain/document.js";
import { namesText } from "../words/names-text.js";
import { fill, words } from "../words/words.js";
import { everything, keepFound } from "./everything.js";
import { missingIds, missingOf, missingPhoto } from "./missing.js";
import { report } from "./problems.js";
import * as session from "./session.js";
import { uniqueId } from "./unique-id.js";
import { isVideo, openVideo } from "./video/open-video.js";

/** Names of examples, as their files are called. */
export const EXAMPLES = ["pond", "kitchen", "truck"] as const;

/** Photos that were read are added so often, while others are still read. */
const ADD_MS = 400;

/**
 * Opens photos: the first one is seen at once, and encoded after that; the others come as they are read. Videos and animations show their first
 * frame. All is one step of undo, unless something was done meanwhile.
 *
 * @param paths  of files that lay in folders, with these
 */
export async function openFiles(
  files: readonly File[],
  paths: ReadonlyMap<File, string> = new Map(),
): Promise<void> {
  if (session.refusesReader()) return;
  void session.engine().makeWay();
  const arrivals = new Arrivals();
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  let hasVideo = false;
  for (const file of files) {
    if (await isVideo(file)) {
      arrivals.add();
      hasVideo = true;
      await openVideo(file);
      arrivals.goOn();
      continue;
    }
    try {
      // Used once ever, since projects of other days may be opened beside it.
      const id = `photo-${uniqueId()}`;
      const { width, height, pixels } = await readPixels(id, file);
      const path = paths.get(file);
      if (giveAgain(id, file, { width, height, pixels }, path)) continue;
      const name = file.name || "pasted.png";
      if (!arrivals.take({ id, name, path, width, height, objects: [] }, pixels)) return;
    } catch (error) {
      failures.push({ name: file.name, error });
    }
  }
  arrivals.add();
  if (hasVideo && arrivals.firstId) session.showPhoto(arrivals.firstId);
  session.endStep();
  reportFailures(failures, files.length);
}

/** Photos on their way into the project. */
class Arrivals {
  readonly #step = `open ${uniqueId()}`;
  readonly #isBegin = session.doc.value.photos.length === 0 && session.history.value.past.length === 0;
  #project = session.project.value?.id;
  #photos: PhotoDoc[] = [];
  readonly #pixels = new Map<string, session.PhotoPixels>();
  #addedAt = 0;
  #count = 0;
  firstId: string | undefined;

  /** A video of the same files may have begun the project. */
  goOn(): void {
    this.#project = session.project.value?.id;
  }

  /** @returns false once the project was left, or another was opened: the others are not wanted */
  take(photo: PhotoDoc, pixels: session.PhotoPixels): boolean {
    if (session.project.value?.id !== this.#project) return false;
    this.#photos.push(photo);
    this.#pixels.set(photo.id, pixels);
    if (performance.now() - this.#addedAt > ADD_MS) this.add();
    return true;
  }

  /** Adds what has come so far. */
  add(): void {
    const [first] = this.#photos;
    if (!first) return;
    this.#count += this.#photos.length;
    const command = { ...addPhotos(this.#photos, this.#count), mergeKey: this.#step };
    performance.mark("sam2js:open");
    batch(() => {
      session.pixels.value = new Map([...session.pixels.value, ...this.#pixels]);
      // What a document begins with is no step.
      if (this.#isBegin && this.firstId) session.dispatchForGood(command);
      else session.open(command);
      if (!this.firstId) session.showPhoto(first.id);
    });
    this.firstId ??= first.id;
    this.goOn();
    this.#photos = [];
    this.#pixels.clear();
    this.#addedAt = performance.now();
  }
}

/** A picture that was read: its size, upright, and its pixels. */
interface Opened {
  readonly width: number;
  readonly height: number;
  readonly pixels: session.PhotoPixels;
}

/** Gives a photo its picture again, where it is missing. @param id  under which it was opened @returns whether it was */
function giveAgain(id: string, file: File, { width, height, pixels }: Opened, path?: string): boolean {
  const photo = missingPhoto({ name: file.name, path, width, height });
  if (!photo) {
    if (missingOf(file.name).length > 0) session.say(fill(words().done.otherSize, { name: file.name }));
    return false;
  }
  renamePicture(id, photo.id);
  batch(() => {
    session.pixels.value = new Map(session.pixels.value).set(photo.id, pixels);
    if (missingIds.value.size === 0) session.problem.value = null;
    session.showPhoto(photo.id);
  });
  session.say(fill(words().done.givenAgain, { name: file.name }));
  return true;
}

/** Which files could not be opened, and why the first of them. */
function reportFailures(
  failures: readonly { readonly name: string; readonly error: unknown }[],
  of: number,
): void {
  const [first] = failures;
  if (!first) return;
  report(first.error, fill(words().wrong.open, { name: first.name }));
  if (failures.length === 1) return;
  const names = namesText(failures.map(({ name }) => name));
  const text = fill(words().wrong.openMany, { count: failures.length, total: of, names });
  if (session.problem.value) session.problem.value = { ...session.problem.value, text };
}

export async function openExample(name: (typeof EXAMPLES)[number]): Promise<void> {
  try {
    const answer = await fetch(`${import.meta.env.BASE_URL}examples/${name}.jpg`);
    const blob = await answer.blob();
    await openFiles([new File([blob], `${name}.jpg`, { type: "image/jpeg" })]);
  } catch (error) {
    report(error, words().wrong.example);
  }
}

export function stepPhoto(by: 1 | -1): void {
  const { photos } = session.doc.value;
  const at = photos.findIndex(({ id }) => id === session.photoId.value);
  const next = photos[at + by];
  if (next) session.showPhoto(next.id);
}

/** The next or previous photo that has no objects yet, around the ends. */
export function stepToEmpty(by: 1 | -1): void {
  const { photos } = session.doc.value;
  const at = photos.findIndex(({ id }) => id === session.photoId.value);
  for (let i = 1; i < photos.length; i++) {
    const photo = photos[(at + by * i + photos.length * i) % photos.length];
    if (photo?.objects.length !== 0 || photo.isDone) continue;
    session.showPhoto(photo.id);
    return;
  }
  session.say(words().done.noEmpty);
}

/** Takes the photo that is shown out of the project; undo brings it back. */
export function closePhoto(): void {
  const photo = session.photo.value;
  if (!photo || session.refusesReader()) return;
  const { photos } = session.doc.value;
  const at = photos.findIndex(({ id }) => id === photo.id);
  const next = photos[at + 1] ?? photos[at - 1];
  batch(() => {
    session.dispatch(removePhoto(photo.id));
    session.endStep();
    session.showPhoto(next?.id ?? null);
  });
  session.say(fill(words().done.closed, { name: photo.name }));
}

export function toggleDone(): void {
  const photo = session.photo.value;
  if (!photo) return;
  session.dispatch(markDone(photo.id, !photo.isDone));
  session.endStep();
}

/** Done with this photo: masks that "Everything" found are kept, and the next photo is shown. */
export function keepAndNext(): void {
  if (everything.value) keepFound();
  const shown = session.photoId.value;
  if (shown) session.dispatch(markDone(shown, true));
  session.endStep();
  const { photos } = session.doc.value;
  const isLast = photos.at(-1)?.id === session.photoId.value;
  session.say(isLast ? words().done.last : words().done.next);
  if (isLast) session.objectId.value = null;
  else stepPhoto(1);
}

/** Undo may take the shown photo away, or bring photos back; another one is shown then. */
export function keepPhotoShown(): () => void {
  return effect(() => {
    const { photos } = session.doc.value;
    const shown = session.photoId.value;
    if ((shown || photos.length > 0) && !photos.some(({ id }) => id === shown)) {
      untracked(() => session.showPhoto(photos.at(-1)?.id ?? null));
    }
  });
}

/** A photo's size and pixels, upright. */
export async function readPixels(id: string, file: File): Promise<Opened> {
  const { width, height, small } = await openPicture(id, file);
  return { width, height, pixels: { blob: file, image: small } };
}
