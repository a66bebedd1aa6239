import { computed } from "@preact/signals";
import type { PhotoDoc } from "../domain/document.js";
import { namesText } from "../words/names-text.js";
import { fill, words } from "../words/words.js";
import { picker } from "./picker.js";
import * as session from "./session.js";

/** Ids of photos whose pictures are not there, as one text: it changes with them alone. */
const ids = computed(() =>
  session.doc.value.photos
    .filter(({ id, video }) => !video && !session.pixels.value.has(id))
    .map(({ id }) => id)
    .join(" "),
);

/** Photos of the project whose pictures are not there. They keep their objects and masks until somebody gives the pictures again. */
export const missingIds = computed<ReadonlySet<string>>(() => new Set(ids.value.split(" ").filter(Boolean)));

/** The photo that a picture belongs to which is missing, of several the one of its folder; undefined where none of this name and size is. */
export function missingPhoto({
  name,
  path,
  width,
  height,
}: Pick<PhotoDoc, "name" | "path" | "width" | "height">): PhotoDoc | undefined {
  const fitting = missingOf(name).filter((photo) => photo.width === width && photo.height === height);
  return fitting.find((photo) => photo.path === path) ?? fitting[0];
}

/** Photos of this name whose pictures are missing. */
export function missingOf(name: string): readonly PhotoDoc[] {
  return session.doc.value.photos.filter((photo) => photo.name === name && missingIds.value.has(photo.id));
}

/** Says which pictures of a project that was opened are missing, and offers to give them again. */
export function tellMissing(): void {
  const names = session.doc.value.photos.filter(({ id }) => missingIds.value.has(id)).map(({ name }) => name);
  if (names.length === 0) return;
  const text = fill(words().wrong.missing, { count: names.length, names: namesText(names) });
  session.problem.value = {
    text,
    details: names.join(", "),
    remedy: { label: words().remedy.choosePictures, run: () => picker.open() },
  };
}
