import { afterAll, beforeEach, expect, it } from "vitest";
import { addPhotos } from "../domain/commands.js";
import { createObject, EMPTY_DOC, type PhotoDoc } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { LateEngine, modelNamed, SIDE, textOf } from "./__fixtures__/late-engine.js";
import { breathe } from "./__fixtures__/one-tab.js";
import { forgetAsked, keepMasksUpToDate, madeMask } from "./asking.js";
import { forgetViews, maskOf, restoreMasks, savedMask } from "./masks.js";
import { forgetSeen } from "./seen-masks.js";
import * as session from "./session.js";

const object = { ...createObject("object-1", 1), points: [{ id: "point-1", x: 9, y: 9, isInclude: true }] };
const photo: PhotoDoc = { id: "photo", name: "a.jpg", width: SIDE, height: SIDE, objects: [object] };
const draft = {
  by: "nano@80",
  best: 0,
  candidates: [{ rle: { size: [SIDE, SIDE], counts: [0, 1, SIDE * SIDE - 1] }, score: 0.5 }],
} as const;

let late = new LateEngine();
const end = keepMasksUpToDate();
afterAll(end);

beforeEach(() => {
  session.history.value = createHistory(EMPTY_DOC);
  late = new LateEngine();
  session.setEngine(late.engine);
  forgetAsked();
  forgetSeen();
  forgetViews();
  session.answers.value = new Map();
  session.photoId.value = photo.id;
  session.pixels.value = new Map([[photo.id, { blob: new Blob() } as session.PhotoPixels]]);
});

function open(model: string): void {
  late.model = modelNamed(model);
  session.model.value = late.model;
  session.encoded.value = new Map([[photo.id, "full"]]);
  session.history.value = createHistory(addPhotos([photo]).apply(EMPTY_DOC));
}

/** Lets a call end. @param at  place among those that wait: 0 = the first, 0.99 = the last */
async function letGo(at: number): Promise<void> {
  late.letGo(at);
  for (let i = 0; i < 3; i++) await breathe();
}

function shownText(): string | undefined {
  const shown = maskOf(photo, object);
  return shown && textOf(shown.view.rle);
}

function savedText(): string | undefined {
  const { best = 0, candidates = [] } = savedMask(photo, object)?.answer ?? {};
  const rle = candidates[best]?.rle;
  return rle && textOf(rle);
}

it("the first answer stands, whoever else was asked before it", async () => {
  open("nano");
  late.model = modelNamed("tiny");
  session.model.value = late.model;
  const exported = madeMask(photo, object);
  await letGo(0.99);
  await exported;
  const before = shownText();
  expect(savedMask(photo, object)?.answer?.by).toBe("tiny");
  await letGo(0);
  expect(savedMask(photo, object)?.answer?.by).toBe("tiny");
  expect(shownText()).toBe(before);
});

it("a draft that is drawn again does not cover the answer that has replaced it", async () => {
  restoreMasks(photo, new Map([[object.id, { answer: draft }]]));
  open("nano");
  // The last one asks the model, the first one draws.
  await letGo(0.99);
  await letGo(0);
  expect(savedMask(photo, object)?.answer?.by).toBe("nano");
  expect(shownText()).toBe(savedText());
});

it("an answer that comes after the project was left is nobody's", async () => {
  open("nano");
  expect(late.waiting).toBe(1);
  forgetAsked();
  forgetSeen();
  await letGo(0);
  expect(savedMask(photo, object)).toBeUndefined();
});
