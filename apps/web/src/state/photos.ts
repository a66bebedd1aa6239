import { batch, effect, untracked } from "@preact/signals";
import { openPicture } from "../clients/painter-service.js";
import { addPhotos, markDone, removePhoto } from "../domain/commands.js";
import type { PhotoDoc } from "../domain/document.js";
import { listText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { everything, keepFound } from "./everything.js";
import { report } from "./problems.js";
import * as session from "./session.js";
import { uniqueId } from "./unique-id.js";
import { isVideo, openVideo } from "./video/open-video.js";

/** Names of examples, as their files are called. */
export const EXAMPLES = ["pond", "kitchen", "truck"] as const;

/** Opens photos: they are seen at once, and encoded after that. Videos and animations show their first frame. */
export async function openFiles(files: readonly File[]): Promise<void> {
  void session.engine().makeWay();
  const opened: PhotoDoc[] = [];
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  const added = new Map(session.pixels.value);
  for (const file of files) {
    if (await isVideo(file)) {
      await openVideo(file);
      continue;
    }
    try {
      // Used once ever, since projects of other days may be opened beside it.
      const id = `photo-${uniqueId()}`;
      const { width, height, pixels } = await readPixels(id, file);
      added.set(id, pixels);
      opened.push({
        id,
        name: file.name || "pasted.png",
        width,
        height,
        objects: [],
      });
    } catch (error) {
      failures.push({ name: file.name, error });
    }
  }
  reportFailures(failures, files.length);
  if (opened.length === 0) return;
  performance.mark("sam2js:open");
  batch(() => {
    session.pixels.value = new Map([...session.pixels.value, ...added]);
    session.open(addPhotos(opened));
    session.endStep();
    session.showPhoto(opened[0]?.id ?? null);
  });
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
  const names = failures.slice(0, 5).map(({ name }) => name);
  const more = failures.length - names.length;
  const values = { count: failures.length, total: of, names: listText(names) };
  const { openMany, openManyMore } = words().wrong;
  const text = more > 0 ? fill(openManyMore, { ...values, more }) : fill(openMany, values);
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
  if (!photo) return;
  session.dispatch(removePhoto(photo.id));
  session.endStep();
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
export async function readPixels(
  id: string,
  file: File,
): Promise<{ readonly width: number; readonly height: number; readonly pixels: session.PhotoPixels }> {
  const { width, height, small } = await openPicture(id, file);
  return { width, height, pixels: { blob: file, image: small } };
}
