import { effect, signal, untracked } from "@preact/signals";
import { tracksVersion } from "../video/tracks.js";
import type { Doc } from "./document.js";
import { report } from "./problems.js";
import { keptPart, openProject } from "./project.js";
import type { SavedProject } from "./project-files.js";
import { ProjectFolder } from "./project-folder.js";
import { seenVersion } from "./seen-masks.js";
import { announcement, dialog, doc, isAutosaved, problem } from "./session.js";

const FOLDER = "sam2js-project";
/** From a change to its saving. */
const PAUSE_MS = 500;
/** Saving may take this part of the time: long tracks are written less often. */
const MOST_SHARE = 0.1;

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
  readonly project: SavedProject;
  readonly blobs: ReadonlyMap<string, Blob>;
  /** Of the first photo, for an `img`. */
  readonly preview: string;
  readonly objects: number;
}

/** Looks whether there is something to go on with. A browser without a private file system has nothing. */
export async function findLastProject(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = new ProjectFolder(await root.getDirectoryHandle(FOLDER));
    await folder.tidy();
    const { project, blobs } = await folder.read();
    const { photos } = project.doc;
    const blob = photos[0] && (await folder.picture(photos[0]));
    if (!blob) return;
    const objects = photos.reduce((sum, photo) => sum + photo.objects.length, 0);
    lastProject.value = { project, blobs, preview: URL.createObjectURL(blob), objects };
  } catch {
    // Nothing saved, or nothing that can be read.
  }
}

export async function continueProject(): Promise<void> {
  const last = lastProject.value;
  if (!last) return;
  try {
    await openProject(last.project, last.blobs);
  } catch (error) {
    report(error, "The last project could not be opened.");
  }
}

/** Saves what is open soon after each change, on this device only. Ends with the returned call. */
export function keepSaved(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let folder: ProjectFolder | undefined;
  let work = Promise.resolve();
  let changes = 0;
  let pauseMs = PAUSE_MS;
  let hasFailed = false;
  const write = async (now: Doc) => {
    const start = performance.now();
    folder ??= new ProjectFolder(
      await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true }),
    );
    await folder.write(now);
    pauseMs = Math.max(PAUSE_MS, (performance.now() - start) / MOST_SHARE);
  };
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const now = keptPart(doc.value);
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
    void [tracksVersion.value, seenVersion.value];
    const isWanted = isAutosaved.value && keptPart(doc.value).photos.length > 0;
    untracked(() => {
      if (!isWanted) clearTimeout(timer);
      // The first change is waited for no longer than the last one.
      timer = isWanted ? (timer ?? setTimeout(save, pauseMs)) : undefined;
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

/** Tells tests whether all that is open is saved. */
function noteSaved(isSaved: boolean): void {
  document.documentElement.dataset.saved = `${isSaved}`;
}
