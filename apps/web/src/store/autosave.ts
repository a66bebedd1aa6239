import { effect, signal, untracked } from "@preact/signals";
import { namesOf, posterName, tracksToSave, videoFiles } from "../video/saving.js";
import type { Doc, PhotoDoc } from "./document.js";
import { report } from "./problems.js";
import { openProject, parseProject, photoBlobs, projectText } from "./project.js";
import { announcement, dialog, doc, isAutosaved, problem } from "./session.js";

const FOLDER = "sam2js-project";
const INDEX = "project.json";
/** After the last change. */
const PAUSE_MS = 900;

/** The export dialog saves projects as files. */
const EXPORT = {
  label: "Save as a file",
  run: () => {
    problem.value = null;
    dialog.value = "export";
  },
};

/** What was worked on last time; null while that is not known, or nothing was. */
export const lastProject = signal<LastProject | null>(null);

export interface LastProject {
  readonly doc: Doc;
  readonly blobs: ReadonlyMap<string, Blob>;
  /** Of the first photo, for an `img`. */
  readonly preview: string;
  readonly objects: number;
}

/** Looks whether there is something to go on with. A browser without a private file system has nothing. */
export async function findLastProject(): Promise<void> {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER);
    const saved = parseProject(await (await fileIn(folder, INDEX)).text());
    const blobs = new Map<string, Blob>();
    for (const photo of saved.photos) {
      if (!photo.video) blobs.set(photo.id, await fileIn(folder, photo.id));
      else for (const name of [photo.id, ...namesOf(photo)]) await addIfThere(blobs, folder, name);
    }
    const [first] = saved.photos;
    const blob = first && blobs.get(first.video ? posterName(first.id) : first.id);
    if (!blob) return;
    const objects = saved.photos.reduce((sum, photo) => sum + photo.objects.length, 0);
    lastProject.value = { doc: saved, blobs, preview: URL.createObjectURL(blob), objects };
  } catch {
    // Nothing saved, or nothing that can be read.
  }
}

export async function continueProject(): Promise<void> {
  const last = lastProject.value;
  if (!last) return;
  try {
    await openProject(last.doc, last.blobs);
  } catch (error) {
    report(error, "The last project could not be opened.");
  }
}

/** Saves what is open a moment after each change, on this device only. Ends with the returned call. */
export function keepSaved(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let work = Promise.resolve();
  let changes = 0;
  let hasFailed = false;
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const now = doc.value;
    const upTo = changes;
    work = work
      .then(() => write(now))
      .then(() => {
        hasFailed = false;
        noteSaved(upTo === changes);
      })
      .catch((error) => {
        // Said once, not after each change.
        if (!hasFailed)
          report(error, "Your work could not be saved on this device. Save the project as a file.", EXPORT);
        hasFailed = true;
      });
  };
  const onHide = () => {
    if (timer !== undefined && document.visibilityState === "hidden") save();
  };
  document.addEventListener("visibilitychange", onHide);
  const end = effect(() => {
    const { photos } = doc.value;
    void tracksToSave.value;
    const isWanted = isAutosaved.value && photos.some(isKept);
    untracked(() => {
      clearTimeout(timer);
      timer = isWanted ? setTimeout(save, PAUSE_MS) : undefined;
      changes += 1;
      noteSaved(false);
    });
  });
  return () => {
    end();
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onHide);
  };
}

/** Deletes what was saved. What is open stays open. */
export async function forgetProject(): Promise<void> {
  try {
    await (await navigator.storage.getDirectory()).removeEntry(FOLDER, { recursive: true });
  } catch {
    // There was nothing.
  }
  lastProject.value = null;
  announcement.value = "What was saved is deleted";
}

/** Frames of a camera are gone. */
function isKept({ video }: PhotoDoc): boolean {
  return video?.kind !== "camera";
}

async function write(all: Doc): Promise<void> {
  const now = { ...all, photos: all.photos.filter(isKept) };
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const there = new Set<string>();
  for await (const name of folder.keys()) there.add(name);
  const blobs = photoBlobs(now);
  for (const { id, blob } of blobs) if (!there.has(id)) await put(folder, id, blob);
  await put(folder, INDEX, projectText(now, false));
  const videos = await videoFiles(now, there);
  for (const { name, blob, isChanging } of videos) {
    if (isChanging || !there.has(name)) await put(folder, name, blob);
  }
  const wanted = new Set([INDEX, ...blobs.map(({ id }) => id), ...videos.map(({ name }) => name)]);
  for (const name of there) if (!wanted.has(name)) await folder.removeEntry(name);
}

/** Tells tests whether all that is open is saved. */
function noteSaved(isSaved: boolean): void {
  document.documentElement.dataset.saved = `${isSaved}`;
}

async function put(folder: FileSystemDirectoryHandle, name: string, content: Blob | string): Promise<void> {
  const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await stream.write(content);
  await stream.close();
}

async function addIfThere(blobs: Map<string, Blob>, folder: FileSystemDirectoryHandle, name: string) {
  const file = await fileIn(folder, name).catch(() => undefined);
  if (file) blobs.set(name, file);
}

async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File> {
  return (await folder.getFileHandle(name)).getFile();
}
