import { batch, computed, signal } from "@preact/signals";
import { atFrame, findPhoto, type ObjectDoc, type PhotoDoc } from "../domain/document.js";
import { doc } from "./document.js";
import { hover } from "./model.js";

/** Pixels of an open photo, or of the frame that is shown of a video; they are no part of the document. */
export interface PhotoPixels {
  /** The file; null for a video, whose frames have none. */
  readonly blob: Blob | null;
  /** Of a photo at most 1536 pixels on its longer side, for thumbnails and the loupe; of a video the whole frame. */
  readonly image: ImageBitmap;
}

export const photoId = signal<string | null>(null);
export const objectId = signal<string | null>(null);

/** The chosen point, for deleting and moving by keys. */
export const pointId = signal<string | null>(null);

/** Of a video, the frame that is on screen. */
export const frame = signal(0);

/** What is on screen: a photo, or one frame of a video with the prompts that its objects have there. */
export const photo = computed<PhotoDoc | undefined>(() => {
  const found = findPhoto(doc.value, photoId.value);
  return found && atFrame(found, found.video ? frame.value : 0);
});

export const object = computed<ObjectDoc | undefined>(() =>
  photo.value?.objects.find(({ id }) => id === objectId.value),
);

/** Other objects that are chosen with one, to be given a class or deleted together; they count as long as that one is chosen. */
export const picked = signal<{ readonly with: string | null; readonly ids: ReadonlySet<string> }>({
  with: null,
  ids: new Set(),
});

/** All objects that are chosen. */
export const chosenIds = computed<ReadonlySet<string>>(() => {
  const one = object.value?.id;
  if (!one) return new Set();
  const { with: first, ids } = picked.value;
  const others = first === one ? (photo.value?.objects ?? []).filter(({ id }) => ids.has(id)) : [];
  return new Set([one, ...others.map(({ id }) => id)]);
});

/** Each tap on an object chooses one more, or one less: where there are no keys to hold. */
export const isPicking = signal(false);

/** The class that new objects get: the one that was given last. */
export const nextClass = signal("");
export const pixels = signal<ReadonlyMap<string, PhotoPixels>>(new Map());

export function showPhoto(id: string | null): void {
  batch(() => {
    photoId.value = id;
    objectId.value = null;
    pointId.value = null;
    hover.value = null;
  });
}

/** @param id  null = no point */
export function choosePoint(id: string | null): void {
  pointId.value = id;
}

/** The class that the next objects get. */
export function setNextClass(name: string): void {
  nextClass.value = name;
}
