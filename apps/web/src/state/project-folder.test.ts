import { beforeEach, expect, it, vi } from "vitest";
import { createObject, EMPTY_DOC, type PhotoDoc } from "../domain/document.js";
import { MemoryFolder } from "./__fixtures__/memory-folder.js";
import { ProjectFolder } from "./project-folder.js";
import * as session from "./session.js";

/** What is on the device. */
let device = new MemoryFolder();
/** The tab ends before the file of this number. */
let last = Number.POSITIVE_INFINITY;
/** One file takes so long. */
const FILE_MS = 200;

const open = () => new ProjectFolder(async () => device.handle);
const photos: PhotoDoc[] = Array.from({ length: 20 }, (_, i) => ({
  id: `photo-${i}`,
  name: `${i}.jpg`,
  width: 4,
  height: 4,
  objects: [createObject(`object-${i}`, i + 1)],
}));
const doc = { ...EMPTY_DOC, photos };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  device = new MemoryFolder();
  last = Number.POSITIVE_INFINITY;
  device.beforeFile = () => {
    if (last === 0) throw new DOMException("the tab has ended", "AbortError");
    last -= 1;
    vi.advanceTimersByTime(FILE_MS);
  };
  const image = { width: 0 } as ImageBitmap;
  session.pixels.value = new Map(photos.map(({ id }) => [id, { blob: new Blob([id]), image }]));
});

it("has the photos that were written when the tab ends while many are", async () => {
  last = 40;
  await expect(open().write(doc, "many")).rejects.toThrow("the tab has ended");
  const { project, blobs } = await open().read();
  const ids = project.doc.photos.map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(8);
  for (const id of ids) expect(await blobs.get(id)?.text()).toBe(id);
});

it("keeps the photos that were there when the tab ends while others come before them", async () => {
  const old = { ...doc, photos: photos.slice(10) };
  await open().write(old, "some");
  const second = open();
  await second.read();
  last = 20;
  await expect(second.write(doc, "some")).rejects.toThrow("the tab has ended");
  const { project } = await open().read();
  const ids = new Set(project.doc.photos.map(({ id }) => id));
  expect(old.photos.every(({ id }) => ids.has(id))).toBe(true);
  expect(ids.size).toBeGreaterThan(old.photos.length);
});
