import { effect, untracked } from "@preact/signals";
import { isTakenAway, TakenAwayError, tellTabs } from "../clients/project-lock.js";
import { namesText } from "../words/names-text.js";
import { fill, words } from "../words/words.js";
import { missingIds } from "./missing.js";
import { report } from "./problems.js";
import { keptPart } from "./project.js";
import { ProjectFolder } from "./project-folder.js";
import { seenVersion } from "./seen-masks.js";
import * as session from "./session.js";
import { tracksVersion } from "./video/tracks.js";

const ROOT = "sam2js-projects";
/** From a change to its saving. */
const PAUSE_MS = 500;
/** Saving tracks may take this part of the time: long ones are written less often. */
const MOST_SHARE = 0.1;
/** From a failure to the next try. */
const RETRY_MS = 5000;

/** Before a project is left, what changes while it is saved is saved so often. */
const MOST_ROUNDS = 5;

/** The export dialog saves projects as files. */
const EXPORT = {
  get label() {
    return words().remedy.saveAsFile;
  },
  run: session.dismissing(() => session.openDialog("export")),
};

const folders = new Map<string, ProjectFolder>();
let timer: ReturnType<typeof setTimeout> | undefined;
let work = Promise.resolve();
/** A save that has not begun will take all that is there when it does. */
let isQueued = false;
/** What was said of a failure, until it is over. */
let said: typeof session.problem.value = null;
let pauseMs = PAUSE_MS;
/** Photos of which it was said that their files are gone. */
const toldGone = new Set<string>();
let changes = 0;

/** The folder of all projects in the browser's private file system. */
export async function projectsRoot(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
}

export function folderOf(id: string): ProjectFolder {
  const folder =
    folders.get(id) ??
    new ProjectFolder(
      async () => (await projectsRoot()).getDirectoryHandle(id, { create: true }),
      async () => {
        if (await isTakenAway(id)) throw new TakenAwayError(id);
      },
    );
  folders.set(id, folder);
  return folder;
}

/** What is on the device may be another by now. */
export function forgetFolder(id: string): void {
  folders.delete(id);
}

/** Saves what is open soon after each change, on this device only. Ends with the returned call. */
export function keepSaved(): () => void {
  const onHide = () => {
    if (document.visibilityState === "hidden") void flushSaves();
  };
  const onLeave = (event: BeforeUnloadEvent) => {
    if (session.saving.value.kind === "failed") event.preventDefault();
  };
  document.addEventListener("visibilitychange", onHide);
  addEventListener("beforeunload", onLeave);
  let photosBefore = 0;
  const end = effect(() => {
    void [tracksVersion.value, seenVersion.value, missingIds.value];
    const { length } = session.doc.value.photos;
    const project = session.project.value;
    const isWanted = session.isAutosaved.value && project !== null && !project.isReadOnly;
    untracked(() => {
      changes += 1;
      // Nothing more is waited for: photos that are seen would be gone with the tab.
      const isImport = length > photosBefore;
      photosBefore = isWanted ? length : 0;
      if (!isWanted) {
        clearTimeout(timer);
        timer = undefined;
        show({ kind: session.isAutosaved.value ? "saved" : "off" });
        return;
      }
      if (session.saving.value.kind !== "failed") show({ kind: "saving" });
      // The first change is waited for no longer than the last one.
      if (isImport) save();
      else timer ??= setTimeout(save, pauseMs);
    });
  });
  return () => {
    end();
    clearTimeout(timer);
    removeEventListener("beforeunload", onLeave);
    document.removeEventListener("visibilitychange", onHide);
  };
}

/** Saves what is not saved yet, now, and what is done meanwhile too. It may fail; then the sign says so. */
export async function flushSaves(): Promise<void> {
  // A track that is under way changes all the time.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (timer !== undefined) save();
    const begun = work;
    await begun;
    if (session.saving.value.kind === "failed" || (timer === undefined && work === begun)) break;
  }
}

function save(): void {
  clearTimeout(timer);
  timer = undefined;
  if (isQueued) return;
  isQueued = true;
  const write = async () => {
    isQueued = false;
    const project = session.project.value;
    if (!project || project.isReadOnly) return;
    const upTo = changes;
    const folder = folderOf(project.id);
    const tracksMs = await folder.write(keptPart(session.doc.value), project.name);
    tellGone(folder.gone);
    pauseMs = Math.max(PAUSE_MS, tracksMs / MOST_SHARE);
    tellTabs("saved", project.id);
    if (said && session.problem.value === said) session.problem.value = null;
    said = null;
    show({ kind: upTo === changes ? "saved" : "saving" });
  };
  work = work.then(write).catch((error) => {
    if (TakenAwayError.isInstance(error)) {
      beReader(error.id);
      return;
    }
    const why = reasonOf(error);
    // Said once, not after each change.
    if (session.saving.value.kind !== "failed") {
      report(error, fill(words().wrong.notSaved, { why }), EXPORT);
      said = session.problem.value;
    }
    show({ kind: "failed", why });
    timer ??= setTimeout(save, RETRY_MS);
  });
}

/** Another tab edits the project: this one shows what is on the device from here on. */
export function beReader(id: string): void {
  const now = session.project.value;
  if (now?.id !== id) return;
  forgetFolder(id);
  session.project.value = { ...now, isReadOnly: true };
}

/** Says once which pictures cannot be saved; their objects are. */
function tellGone(gone: ReadonlySet<string>): void {
  const photos = session.doc.value.photos.filter(({ id }) => gone.has(id));
  if (photos.every(({ id }) => toldGone.has(id))) return;
  for (const { id } of photos) toldGone.add(id);
  const names = photos.map(({ name }) => name);
  const text = fill(words().wrong.pictureGone, { count: names.length, names: namesText(names) });
  session.problem.value = { text, details: names.join(", ") };
}

function reasonOf(error: unknown): string {
  const { name } = error instanceof Error ? error : { name: "" };
  if (name === "QuotaExceededError") return words().wrong.noRoom;
  if (name === "SecurityError" || name === "TypeError") return words().wrong.keepsNothing;
  return words().wrong.notAllowed;
}

function show(saving: session.Saving): void {
  const before = session.saving.value;
  if (before.kind !== saving.kind || saving.kind === "failed") session.saving.value = saving;
  document.documentElement.dataset.saved = `${saving.kind === "saved"}`;
}
