import { batch, effect, signal, untracked } from "@preact/signals";
import { InputError } from "@sam2js/core";
import { hearProjects, type Release, takeOver, takeProject, tellTabs } from "../clients/project-lock.js";
import { EMPTY_DOC } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { namesText } from "../words/names-text.js";
import { fill, words } from "../words/words.js";
import { forgetAsked } from "./asking.js";
import { beReader, flushSaves, folderOf, forgetFolder, projectsRoot } from "./autosave.js";
import { closeEverything } from "./everything.js";
import { download } from "./exporting.js";
import { forgetViews } from "./masks.js";
import { missingIds, tellMissing } from "./missing.js";
import { oneAtATime } from "./one-at-a-time.js";
import { report } from "./problems.js";
import { keptPart, projectFileName, readProjectFile, showProject } from "./project.js";
import { LaterVersionError, type SavedProject } from "./project-files.js";
import type { ProjectFolder } from "./project-folder.js";
import { forgetSeen } from "./seen-masks.js";
import * as session from "./session.js";
import { stopSubject } from "./subject.js";
import { uniqueId } from "./unique-id.js";
import { stopCamera } from "./video/camera.js";
import { awaitedVideos, forgetAwaited } from "./video/open-video.js";
import { stopTracking } from "./video/tracker.js";

/** A project as the start page shows it. */
export interface ProjectCard {
  readonly id: string;
  readonly name: string;
  readonly photos: number;
  readonly objects: number;
  /** When it was saved last, in milliseconds since 1970. */
  readonly changed: number;
  /** Address of a small picture; null where there is none. */
  readonly preview: string | null;
  /** A later version of the app has saved it: it can be kept as a file and deleted, but not opened. */
  readonly isLater: boolean;
}

/** Projects on this device, the newest first; null until they were looked for. */
export const projects = signal<readonly ProjectCard[] | null>(null);

/** From what another tab has saved to its being seen here. */
const LOOK_MS = 300;

let release: Release | null = null;

/** Looks again at what is saved. A browser without a private file system has nothing. */
export async function listProjects(): Promise<void> {
  const found: ProjectCard[] = [];
  try {
    for await (const id of (await projectsRoot()).keys()) {
      const card = await cardOf(id).catch(() => undefined);
      if (card) found.push(card);
      if (card === null) await removeEmpty(id);
    }
  } catch {
    // Nothing is kept here.
  }
  for (const { preview } of projects.value ?? []) if (preview) URL.revokeObjectURL(preview);
  projects.value = found.sort((a, b) => b.changed - a.changed);
}

/** Opens a saved project, to be looked at only where another tab edits it. */
export const openSavedProject = oneAtATime(async (id: string): Promise<void> => {
  let held: Release | null = null;
  try {
    await leaveProject();
    session.opening.value = projects.value?.find((each) => each.id === id)?.name ?? "project";
    held = await takeProject(id, () => becomeReader(id));
    if (held) await folderNow(id).tidy();
    const shown = await show(id, held === null);
    if (!shown) {
      // Photos were opened meanwhile, which are another project.
      held?.();
      return;
    }
    release = held;
    tellUnread(shown);
  } catch (error) {
    held?.();
    reportProject(error, words().wrong.savedProject);
  } finally {
    session.opening.value = null;
  }
});

/** Edits here what another tab edited; that one goes on as a reader. */
export const editHere = oneAtATime(async (): Promise<void> => {
  const id = session.project.value?.id;
  if (!id) return;
  try {
    const held = await takeOver(id, () => becomeReader(id));
    if (session.project.value?.id !== id) {
      // It was left meanwhile.
      held?.();
      return;
    }
    release = held;
    forgetFolder(id);
    await show(id, false);
  } catch (error) {
    const { takeOver, takeOverUnsaved } = words().wrong;
    report(error, InputError.isInstance(error) ? takeOverUnsaved : takeOver);
  }
});

/** Back to the start page; asks first where that would lose what could not be saved. */
export async function goHome(): Promise<void> {
  await flushSaves();
  const isLost = session.saving.value.kind === "failed" || session.saving.value.kind === "off";
  if (!isLost || session.project.value?.isReadOnly || session.doc.value.photos.length === 0) {
    await leaveProject();
    return;
  }
  session.askFirst({
    title: words().wrong.leave,
    text: words().wrong.leaveText,
    action: words().wrong.leaveAction,
    run: () => void leaveProject(),
  });
}

/** Saves and closes what is open: back to the start page. */
export async function leaveProject(): Promise<void> {
  const left = session.project.value;
  const isEmpty = keptPart(session.doc.value).photos.length === 0;
  stopTracking();
  await flushSaves();
  stopCamera();
  closeEverything();
  stopSubject();
  letGo();
  batch(() => {
    session.project.value = null;
    session.history.value = createHistory(EMPTY_DOC);
    session.showPhoto(null);
    session.pixels.value = new Map();
    session.answers.value = new Map();
    session.composed.value = new Map();
    session.encoded.value = new Map();
    session.problem.value = null;
    session.nextClass.value = "";
  });
  forgetAsked();
  forgetSeen();
  forgetViews();
  forgetAwaited();
  if (left && !left.isReadOnly && isEmpty && !folderOf(left.id).hasUnread)
    await remove(left.id).catch(() => undefined);
  await listProjects();
}

/** Opens a project's file: as a project of its own from the start page, else its photos beside those that are open. */
export async function openProjectFile(file: Blob): Promise<void> {
  const { project, blobs } = await readProjectFile(file);
  const isAlone = session.project.value === null && session.doc.value.photos.length === 0;
  await showProject(project, blobs, isAlone ? begin(project.name) : undefined);
  tellMissing();
  tellUnread(project);
}

/** Says why a project cannot be opened. */
export function reportProject(error: unknown, fallback: string): void {
  report(error, LaterVersionError.isInstance(error) ? words().wrong.laterVersion : fallback);
}

/** Saves a project as a file, just as it lies on the device, also where this version of the app does not know its format. */
export async function downloadProject(id: string): Promise<void> {
  try {
    const { list, parts } = await folderNow(id).files();
    const name = projects.value?.find((each) => each.id === id)?.name ?? words().welcome.project;
    const blob = await session.engine().packProject({ json: list, photos: parts });
    download({ name: projectFileName(name), blob });
  } catch (error) {
    report(error, words().wrong.writeProject);
  }
}

export async function renameProject(id: string, name: string): Promise<void> {
  if (session.project.value?.id === id) {
    session.project.value = { ...session.project.value, name };
    return;
  }
  await whileFree(id, () => folderNow(id).rename(name));
}

/** Deletes a project for good. Ask first. */
export async function deleteProject(id: string): Promise<void> {
  await whileFree(id, () => remove(id));
}

/** Deletes all projects that no tab has open, and what is saved of this tab's own where it is saved no more. Ask first. */
export async function deleteAllProjects(): Promise<void> {
  await listProjects();
  const own = session.project.value?.id;
  for (const { id } of projects.value ?? []) if (id !== own) await whileFree(id, () => remove(id));
  if (own && !session.isAutosaved.value) await remove(own).catch(() => undefined);
  session.announcement.value = words().done.savedDeleted;
}

/** The first photo begins a project; other tabs may ask for it. Ends with the returned call. */
export function keepProject(): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  const deafen = hearProjects(({ kind, id }) => {
    const now = session.project.value;
    if (kind === "hand-over" && now?.id === id && !now.isReadOnly) void handOver(id);
    if (kind !== "saved" || now?.id !== id || !now.isReadOnly) return;
    clearTimeout(due);
    due = setTimeout(() => void lookAgain(id), LOOK_MS);
  });
  const end = effect(() => {
    const [first] = keptPart(session.doc.value).photos;
    if (!first || session.project.value) return;
    untracked(() => {
      session.project.value = begin(first.name.replace(/\.[^.]+$/, ""));
    });
  });
  return () => {
    deafen();
    end();
  };
}

/** A project that nobody has had before. */
function begin(name: string): session.OpenProject {
  const id = uniqueId();
  takeProject(id, () => becomeReader(id)).then(
    (held) => {
      release = held;
    },
    () => undefined,
  );
  return { id, name, isReadOnly: false };
}

/** @returns null where something else was opened, or this was left, meanwhile */
async function show(id: string, isReadOnly: boolean): Promise<SavedProject | null> {
  if (isReadOnly) forgetFolder(id);
  const folder = folderOf(id);
  const openId = session.project.value?.id;
  const { project, blobs } = await folder.read();
  if (session.project.value?.id !== openId) return null;
  if (!(await showProject(project, blobs, { id, name: project.name, isReadOnly }))) return null;
  for (const missing of [...missingIds.value, ...awaitedVideos().map((video) => video.id)])
    folder.forgetPicture(missing);
  tellMissing();
  return project;
}

/** Says which photos of a project could not be read. */
function tellUnread({ unread }: SavedProject): void {
  if (unread.length === 0) return;
  const names = unread.map(({ name }) => name);
  const text = fill(words().wrong.unread, { count: names.length, names: namesText(names) });
  session.problem.value = { text, details: names.join(", ") };
}

async function handOver(id: string): Promise<void> {
  tellTabs("handing-over", id);
  stopTracking();
  await flushSaves();
  // Left meanwhile, and let go with that.
  if (session.project.value?.id !== id) return;
  if (session.saving.value.kind !== "saved") {
    tellTabs("keeping", id);
    return;
  }
  letGo();
  becomeReader(id);
}

function becomeReader(id: string): void {
  if (session.project.value?.id !== id) return;
  stopTracking();
  beReader(id);
  // What the other tab has saved until now may have been told before this one could hear it.
  setTimeout(() => void lookAgain(id), LOOK_MS);
}

/** What the other tab has saved. Videos are as they were: opening them anew would move the picture. */
async function lookAgain(id: string): Promise<void> {
  // By the time that it is read, this tab may edit it, or have another one open.
  const isReader = () => session.project.value?.id === id && session.project.value.isReadOnly;
  if (session.doc.value.photos.some(({ video }) => video) || !isReader()) return;
  try {
    forgetFolder(id);
    const { project, blobs } = await folderOf(id).read();
    if (isReader()) await showProject(project, blobs, { id, name: project.name, isReadOnly: true });
  } catch {
    // A file was being replaced.
    if (isReader()) setTimeout(() => void lookAgain(id), LOOK_MS);
  }
}

/** A project's folder as it is by now. What this tab knew of it is of before: another tab may have had it open since. */
function folderNow(id: string): ProjectFolder {
  if (session.project.value?.id !== id) forgetFolder(id);
  return folderOf(id);
}

function letGo(): void {
  release?.();
  release = null;
}

/** Does something to a project that no tab has open, and looks at the list again. */
async function whileFree(id: string, work: () => Promise<void>): Promise<void> {
  try {
    const held = await takeProject(id, () => undefined);
    if (!held) {
      session.announcement.value = words().done.openElsewhere;
      return;
    }
    await work().finally(held);
  } catch (error) {
    report(error, words().wrong.changeProject);
  }
  await listProjects();
}

async function remove(id: string): Promise<void> {
  await (await projectsRoot()).removeEntry(id, { recursive: true });
  forgetFolder(id);
}

/** Removes a project without photos that no tab is about to write: a tab ended before its first one, or all were closed. */
async function removeEmpty(id: string): Promise<void> {
  // Without locks nobody knows.
  if (!navigator.locks) return;
  const held = await takeProject(id, () => undefined);
  if (!held) return;
  try {
    // A tab may have written it, and let it go, since it was looked at.
    forgetFolder(id);
    if ((await folderOf(id).head()).photos.length === 0) await remove(id);
  } catch {
    // What cannot be read is left as it is.
  } finally {
    held();
  }
}

/** Null of a project without photos. @throws what cannot be read now may be there all the same */
async function cardOf(id: string): Promise<ProjectCard | null> {
  const folder = folderNow(id);
  const head = await folder.head().catch(laterHead);
  const { name, changed, photos } = head;
  const isLater = "isLater" in head;
  if (photos.length === 0 && !isLater) return null;
  const cover = await folder.cover();
  const objects = photos.reduce((sum, photo) => sum + photo.objects, 0);
  const preview = cover ? URL.createObjectURL(cover) : null;
  return { id, name, photos: photos.length, objects, changed, preview, isLater };
}

/** What this version can tell of a project that a later one has saved. */
function laterHead(error: unknown) {
  if (LaterVersionError.isInstance(error)) return { ...error.head, photos: [], isLater: true };
  throw error;
}
