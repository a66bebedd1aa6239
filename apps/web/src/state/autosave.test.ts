import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { addPhotos } from "../domain/commands.js";
import { EMPTY_DOC, type PhotoDoc } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { MemoryFolder } from "./__fixtures__/memory-folder.js";
import { flushSaves, forgetFolder, keepSaved } from "./autosave.js";
import { INDEX } from "./project-files.js";
import * as session from "./session.js";

const ID = "project";
let device = new MemoryFolder();
let end = () => {};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  device = new MemoryFolder();
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => device } });
  vi.stubGlobal("document", {
    documentElement: { dataset: {} },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  forgetFolder(ID);
  session.history.value = createHistory(EMPTY_DOC);
  session.project.value = { id: ID, name: "photos", isReadOnly: false };
  session.isAutosaved.value = true;
  end = keepSaved();
});

afterEach(async () => {
  await flushSaves();
  end();
  session.project.value = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function arrive(...ids: string[]): void {
  const image = { width: 0 } as ImageBitmap;
  const photos: PhotoDoc[] = ids.map((id) => ({ id, name: `${id}.jpg`, width: 4, height: 4, objects: [] }));
  const blobs = ids.map((id) => [id, { blob: new Blob([id]), image }] as const);
  session.pixels.value = new Map([...session.pixels.value, ...blobs]);
  session.dispatch(addPhotos(photos));
}

async function listed(): Promise<string[]> {
  const folder = device.folders.get("sam2js-projects")?.folders.get(ID);
  const { photos } = JSON.parse((await folder?.files.get(INDEX)?.text()) || `{"photos":[]}`);
  return photos.map(({ id }: { id: string }) => id);
}

it("saves photos that arrive at once, since a tab may end before any pause does", async () => {
  await flushSaves();
  arrive("a", "b");
  for (let i = 0; i < 1000 && (await listed()).length < 2; i++) await new Promise(setImmediate);
  expect(await listed()).toEqual(["a", "b"]);
});

it("has saved all that arrived, also during a save, once it was waited for", async () => {
  await flushSaves();
  let isBegun = false;
  device.beforeFile = () => {
    if (isBegun) return;
    isBegun = true;
    arrive("c");
    arrive("d");
  };
  arrive("a", "b");
  await flushSaves();
  expect(await listed()).toEqual(["a", "b", "c", "d"]);
  expect(session.saving.value).toEqual({ kind: "saved" });
});

it("writes nothing any more once another tab has the project", async () => {
  await flushSaves();
  device.beforeFile = () => {
    const { value } = session.project;
    if (!value || value.isReadOnly) return;
    arrive("b");
    session.project.value = { ...value, isReadOnly: true };
  };
  arrive("a");
  await flushSaves();
  expect(await listed()).toEqual(["a"]);
});

it("says that there is no room, and says it no longer once there is", async () => {
  await flushSaves();
  device.beforeFile = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  arrive("a");
  await flushSaves();
  expect(session.saving.value.kind).toBe("failed");
  expect(session.problem.value?.text).toMatch(/no room/);
  device.beforeFile = () => undefined;
  await flushSaves();
  expect(await listed()).toEqual(["a"]);
  expect(session.saving.value).toEqual({ kind: "saved" });
  expect(session.problem.value).toBeNull();
});
