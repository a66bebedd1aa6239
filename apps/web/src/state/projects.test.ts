import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { markDone } from "../domain/commands.js";
import { createObject, EMPTY_DOC, type PhotoDoc } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { MemoryFolder } from "./__fixtures__/memory-folder.js";
import { beBrowser, breathe } from "./__fixtures__/one-tab.js";
import { flushSaves, forgetFolder, keepSaved } from "./autosave.js";
import { missingIds, missingPhoto } from "./missing.js";
import { headText, INDEX, photoFile, photoText } from "./project-files.js";
import { editHere, keepProject, leaveProject, listProjects, openSavedProject, projects } from "./projects.js";
import * as session from "./session.js";

const photos: PhotoDoc[] = ["a", "b"].map((id, i) => ({
  id,
  name: `${id}.jpg`,
  width: 4,
  height: 3,
  objects: [createObject(`object-${i}`, i + 1)],
}));
const doc = { ...EMPTY_DOC, photos };
let root = new MemoryFolder();
/** What another tab does in the moment in which this one takes the lock. */
let beforeLock: () => void = () => undefined;
/** Ends what a test has begun. */
const ends: (() => void)[] = [];

beforeEach(() => {
  const device = new MemoryFolder();
  root = new MemoryFolder();
  device.folders.set("sam2js-projects", root);
  beforeLock = () => undefined;
  const request = async (_: string, __: LockOptions, held: (lock: object) => unknown) => {
    beforeLock();
    return held({});
  };
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => device }, locks: { request } });
  session.history.value = createHistory(EMPTY_DOC);
  session.pixels.value = new Map();
  session.project.value = null;
  for (const id of ["one", "two"]) forgetFolder(id);
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function put(id: string, files: Readonly<Record<string, string>>): MemoryFolder {
  const folder = new MemoryFolder();
  for (const [name, text] of Object.entries(files)) folder.files.set(name, new Blob([text]));
  root.folders.set(id, folder);
  return folder;
}

const whole = {
  [INDEX]: headText(doc, "Sea"),
  ...Object.fromEntries(photos.map((photo) => [photoFile(photo.id), photoText(photo, () => undefined)])),
};

it("a project is not deleted because its list could not be read", async () => {
  const { [INDEX]: _, ...unlisted } = whole;
  put("one", unlisted);
  put("two", whole).unreadable = INDEX;
  await listProjects();
  expect([...root.folders.keys()]).toEqual(["one", "two"]);
  expect(projects.value?.map(({ id, photos, objects }) => [id, photos, objects])).toEqual([["one", 2, 2]]);
});

it("an empty project is deleted, but not one that another tab has filled meanwhile", async () => {
  put("one", {});
  put("two", { [INDEX]: headText(EMPTY_DOC, "Sea") });
  beforeLock = () => {
    put("two", whole);
  };
  await listProjects();
  expect([...root.folders.keys()]).toEqual(["two"]);
});

it("a project opens without its pictures, says which are missing, and knows them by name and size", async () => {
  put("one", { ...whole, b: "no picture" });
  await openSavedProject("one");
  expect(session.doc.value.photos.map(({ objects }) => objects.length)).toEqual([1, 1]);
  expect([...missingIds.value]).toEqual(["a", "b"]);
  expect(session.problem.value?.text).toContain("2 pictures are missing: a.jpg, b.jpg");
  expect(missingPhoto({ name: "b.jpg", width: 4, height: 3 })?.id).toBe("b");
  expect(missingPhoto({ name: "b.jpg", width: 3, height: 4 })).toBeUndefined();
});

it("a project that a later version has saved is listed, kept as it is, and not opened", async () => {
  const later = { format: "sam2js", version: 3, name: "Sky", changed: 7, sheets: [] };
  const folder = put("one", { [INDEX]: JSON.stringify(later), "sheet-1": "unknown" });
  const before = [...folder.files.keys()];
  await listProjects();
  expect(projects.value).toMatchObject([{ id: "one", name: "Sky", changed: 7, isLater: true }]);
  await openSavedProject("one");
  expect(session.project.value).toBeNull();
  expect(session.problem.value?.text).toMatch(/newer version/);
  expect([...folder.files.keys()]).toEqual(before);
  expect(await folder.files.get(INDEX)?.text()).toBe(JSON.stringify(later));
});

it("a project that another tab has changed since opens as it is by now, with the pictures that came", async () => {
  const device = new MemoryFolder();
  device.folders.set("sam2js-projects", root);
  beBrowser(device);
  const first = { ...doc, photos: photos.slice(0, 1) };
  const folder = put("one", { ...whole, [INDEX]: headText(first, "Sea"), a: "picture" });
  await openSavedProject("one");
  expect(session.doc.value.photos).toHaveLength(1);
  await leaveProject();
  for (const [name, text] of Object.entries({ ...whole, b: "picture" }))
    folder.files.set(name, new Blob([text]));
  await openSavedProject("one");
  expect(session.doc.value.photos).toHaveLength(2);
  expect([...missingIds.value]).toEqual([]);
  await leaveProject();
});

/** A browser with two tabs: this one, and one that takes projects away. */
function beTwoTabs() {
  const device = new MemoryFolder();
  device.folders.set("sam2js-projects", root);
  beBrowser(device);
  let owner = "this tab";
  let holds = 0;
  let hearLoss: () => void = () => undefined;
  /** Ends the waiting for a lock that the other tab has. */
  let give: () => void = () => undefined;
  const request = async (name: string, options: LockOptions, held: (lock: object | null) => unknown) => {
    if (owner !== "this tab") {
      if (options.ifAvailable) return held(null);
      await new Promise<void>((done) => {
        give = done;
      });
      owner = "this tab";
    }
    holds += 1;
    const isLost = new Promise((_, fail) => {
      hearLoss = () => fail(new DOMException("taken", "AbortError"));
    });
    await Promise.race([held({ name }), isLost]);
    holds -= 1;
  };
  const query = async () => ({ held: [{ name: "sam2js-project-one", mode: "exclusive", clientId: owner }] });
  vi.stubGlobal("navigator", { ...navigator, locks: { request, query } });
  return {
    device,
    takeAway: () => {
      owner = "other tab";
    },
    hearLoss: () => hearLoss(),
    give: () => give(),
    isFree: () => holds === 0,
  };
}

it("a tab that wakes after another has taken its project away writes nothing of what it had", async () => {
  const { device, takeAway, hearLoss } = beTwoTabs();
  const folder = put("one", { ...whole, a: "picture", b: "picture" });
  await openSavedProject("one");
  ends.push(keepSaved(), keepProject());
  const newer = JSON.stringify({ ...photos[0], name: "newer.jpg" });
  const newerList = headText({ ...doc, photos: photos.slice(0, 1) }, "Newer");
  // It is frozen as it begins to write.
  let wake: () => void = () => undefined;
  const isAwake = new Promise<void>((done) => {
    wake = done;
  });
  device.beforeFile = () => isAwake;
  for (const { id } of photos) session.dispatch(markDone(id, true));
  const saves = flushSaves();
  await breathe();
  takeAway();
  folder.files.set(photoFile("a"), new Blob([newer]));
  folder.files.set(INDEX, new Blob([newerList]));
  wake();
  await saves;
  expect(session.project.value?.isReadOnly).toBe(true);
  expect(await folder.files.get(photoFile("a"))?.text()).toBe(newer);
  expect(await folder.files.get(INDEX)?.text()).toBe(newerList);
  expect(session.problem.value).toBeNull();
  hearLoss();
  await vi.advanceTimersToNextTimerAsync();
  await vi.waitFor(() => expect(session.doc.value.photos.map(({ name }) => name)).toEqual(["newer.jpg"]));
});

it("a project that is left while it is taken over, at any moment, stays closed, and is free again", async () => {
  const { isFree, takeAway, give } = beTwoTabs();
  put("one", { ...whole, a: "picture", b: "picture" });
  for (let moment = 0; moment < 60; moment += 1) {
    takeAway();
    await openSavedProject("one");
    expect(session.project.value?.isReadOnly).toBe(true);
    const taking = editHere();
    if (moment > 0) give();
    for (let i = 0; i < moment; i += 1) await Promise.resolve();
    await leaveProject();
    give();
    await taking;
    expect([moment, session.project.value, session.doc.value.photos, isFree()]).toEqual([
      moment,
      null,
      [],
      true,
    ]);
  }
});
