import { beforeEach, expect, it, vi } from "vitest";
import { createObject, EMPTY_DOC, type PhotoDoc } from "../domain/document.js";
import { MemoryFolder } from "./__fixtures__/memory-folder.js";
import { INDEX } from "./project-files.js";
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

it("shows the photos that are there where the list of them was never written, or is damaged", async () => {
  await open().write({ ...doc, photos: photos.slice(0, 3) }, "three");
  for (const list of [undefined, "", "{"]) {
    if (list === undefined) device.files.delete(INDEX);
    else device.files.set(INDEX, new Blob([list]));
    const folder = open();
    await folder.tidy();
    expect((await folder.head()).photos).toHaveLength(3);
    const { project, blobs } = await folder.read();
    expect(project.doc.photos).toEqual(photos.slice(0, 3).map((photo) => ({ ...photo, video: undefined })));
    expect(blobs.size).toBe(3);
  }
});

it("opens without a photo whose file is damaged, and leaves that one as it is", async () => {
  await open().write({ ...doc, photos: photos.slice(0, 3) }, "three");
  device.files.set("photo-1.json", new Blob(["{"]));
  const folder = open();
  const { project } = await folder.read();
  expect(project.doc.photos.map(({ id }) => id)).toEqual(["photo-0", "photo-2"]);
  expect(project.unread).toEqual([{ id: "photo-1", name: "1.jpg", objects: 1 }]);
  await folder.write(project.doc, "three");
  await open().tidy();
  expect((await open().head()).photos.map(({ id }) => id)).toEqual(["photo-0", "photo-2", "photo-1"]);
  expect(await device.files.get("photo-1")?.text()).toBe("photo-1");
});

it("does not take a file that cannot be read at the moment for a damaged one", async () => {
  await open().write({ ...doc, photos: photos.slice(0, 3) }, "three");
  device.unreadable = "photo-1.json";
  await expect(open().read()).rejects.toThrow("photo-1.json");
});

it("saves all the rest where the file of a photo is gone, and says which", async () => {
  const gone = Object.assign(new Blob(["x"]), {
    slice: () => ({ arrayBuffer: async () => Promise.reject(new DOMException("gone", "NotFoundError")) }),
  });
  session.pixels.value = new Map(session.pixels.value).set("photo-1", {
    blob: gone,
    image: {} as ImageBitmap,
  });
  device.beforeFile = (name) => {
    if (name === "photo-1") throw new DOMException("gone", "NotFoundError");
  };
  const folder = open();
  await folder.write({ ...doc, photos: photos.slice(0, 3) }, "three");
  expect([...folder.gone]).toEqual(["photo-1"]);
  const { project, blobs } = await open().read();
  expect(project.doc.photos).toHaveLength(3);
  expect([...blobs.keys()]).toEqual(["photo-0", "photo-2"]);
});

it("writes all again into a folder that was deleted meanwhile", async () => {
  const folder = open();
  await folder.write(doc, "many");
  device.files.clear();
  device.beforeFile = () => {
    device.beforeFile = () => undefined;
    throw new DOMException("deleted", "NotFoundError");
  };
  await expect(folder.write({ ...doc, nextNumber: 99 }, "other")).rejects.toThrow("deleted");
  await folder.write(doc, "many");
  expect((await open().read()).blobs.size).toBe(photos.length);
});

it("takes a file for none that the tab ended before it was written: a list, a photo, a picture, a small one", async () => {
  const three = { ...doc, photos: photos.slice(0, 3) };
  const unwritten = (name: string) => device.files.set(name, new Blob());
  await open().write(three, "three");
  for (const name of ["photo-1", "cover", "photo-9.json", INDEX]) unwritten(name);
  expect(await open().cover()).toBeUndefined();
  expect((await open().head()).photos.map(({ id }) => id)).toEqual(["photo-0", "photo-1", "photo-2"]);
  const { project, blobs } = await open().read();
  expect(project.doc.photos).toHaveLength(3);
  expect(project.unread).toEqual([]);
  expect([...blobs.keys()]).toEqual(["photo-0", "photo-2"]);
  expect((await open().files()).parts.map(({ id }) => id)).not.toContain("photo-1");
});
