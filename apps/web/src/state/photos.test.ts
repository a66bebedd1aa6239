import { afterEach, expect, it, vi } from "vitest";
import { addPhotos } from "../domain/commands.js";
import { createObject, EMPTY_DOC } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { LateEngine, SIDE } from "./__fixtures__/late-engine.js";
import { askedOfPainter, beBrowser } from "./__fixtures__/one-tab.js";
import { missingIds } from "./missing.js";
import { openFiles } from "./photos.js";
import * as session from "./session.js";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const picture = (name: string) => new File(["pixels"], name, { type: "image/jpeg" });

it("a picture that is given again is decoded once, and is the one of its photo from then on", async () => {
  beBrowser();
  session.setEngine(new LateEngine().engine);
  const photo = { id: "a", name: "a.jpg", width: SIDE, height: SIDE, objects: [createObject("object-1", 1)] };
  session.history.value = createHistory(addPhotos([photo]).apply(EMPTY_DOC));
  session.pixels.value = new Map();
  expect([...missingIds.value]).toEqual(["a"]);
  await openFiles([picture("a.jpg")]);
  expect(session.doc.value.photos).toEqual([photo]);
  expect([...missingIds.value]).toEqual([]);
  await vi.waitFor(() => expect(askedOfPainter).toEqual(["open", "rename"]));
});

it("photos that are still read when another project is opened do not come into that one", async () => {
  beBrowser();
  session.setEngine(new LateEngine().engine);
  session.history.value = createHistory(EMPTY_DOC);
  session.project.value = null;
  const opening = openFiles([picture("b.jpg"), picture("c.jpg")]);
  session.project.value = { id: "other", name: "Other", isReadOnly: false };
  await opening;
  expect(session.doc.value.photos).toEqual([]);
  session.project.value = null;
});

it("photos of one name keep the folders that they lay in, by which pictures that are missing find them", async () => {
  beBrowser();
  session.setEngine(new LateEngine().engine);
  session.history.value = createHistory(EMPTY_DOC);
  session.pixels.value = new Map();
  session.project.value = null;
  const files = ["a/1.jpg", "b/1.jpg"].map((path) => [picture("1.jpg"), path] as const);
  await openFiles([...files.map(([file]) => file), picture("1.jpg")], new Map(files));
  const { photos } = session.doc.value;
  expect(photos.map(({ path }) => path)).toEqual(["a/1.jpg", "b/1.jpg", undefined]);
  session.pixels.value = new Map();
  await openFiles([files[1]![0]], new Map(files));
  expect([...missingIds.value]).toEqual([photos[0]?.id, photos[2]?.id]);
  session.project.value = null;
});
