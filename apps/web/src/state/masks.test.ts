import { beforeEach, expect, it } from "vitest";
import { addPhotos, addPoint, askAgain } from "../domain/commands.js";
import { createObject, EMPTY_DOC, type PhotoDoc, type RefinedAnswer } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import type { DecodeAnswer, SegmentEngine } from "../protocol/engine.js";
import { keepMasksUpToDate } from "./asking.js";
import { maskOf, restoreMasks, savedMask } from "./masks.js";
import { headText, INDEX, parseProject, photoText } from "./project-files.js";
import * as session from "./session.js";

/** Each model has masks of its own: so many pixels of the first column. */
const PIXELS: Readonly<Record<string, number>> = { nano: 3, tiny: 5 };
const asked: string[] = [];
const hints: unknown[] = [];
const info = (name: string) =>
  ({ name, device: "wasm", threads: 1, imageSize: 64, draftSize: 32, encodes: "here" }) as const;

const engine = {
  decode: async ({ isDraft, base, hint }) => {
    const { name = "", draftSize } = session.model.value ?? {};
    // It has just come, and knows no answer.
    if (base) return null;
    if (hint) hints.push(hint);
    asked.push(name);
    return answer(isDraft ? `${name}@${draftSize}` : name, (PIXELS[name] ?? 0) - (isDraft ? 1 : 0));
  },
  draw: async (masks) =>
    masks.map(({ size, counts }) => ({
      rle: { size, counts: [] },
      path: String(counts),
      area: 7,
      box: [0, 0, 1, 1] as const,
    })),
} satisfies Partial<SegmentEngine>;

const photo: PhotoDoc = {
  id: "photo-a",
  name: "a.jpg",
  width: 8,
  height: 8,
  objects: [{ ...createObject("object-1", 1), points: [{ id: "point-1", x: 1, y: 1, isInclude: true }] }],
};

function answer(by: string, pixels: number): DecodeAnswer {
  const rle = { size: [8, 8], counts: Uint32Array.of(0, pixels, 64 - pixels) } as const;
  const view = { rle, path: "", area: pixels, box: [0, 0, 0, pixels - 1] } as const;
  return { by, best: 0, candidates: [{ view, score: 0.5 }], elapsedMs: 1 };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const area = () => {
  const on = session.photo.value;
  const object = on?.objects[0];
  return on && object ? maskOf(on, object)?.view.area : undefined;
};

session.setEngine(engine as Partial<SegmentEngine> as SegmentEngine);
keepMasksUpToDate();

beforeEach(async () => {
  session.model.value = null;
  session.encoded.value = new Map();
  session.history.value = createHistory(EMPTY_DOC);
  session.pixels.value = new Map([[photo.id, { blob: new Blob() } as session.PhotoPixels]]);
  session.photoId.value = photo.id;
  asked.length = 0;
});

it("another model changes no mask that was seen, until it is asked, and undo brings the old one back", async () => {
  session.dispatch(addPhotos([{ ...photo, id: "photo-b" }]));
  session.pixels.value = new Map([["photo-b", { blob: new Blob() } as session.PhotoPixels]]);
  session.photoId.value = "photo-b";
  session.model.value = info("nano");
  await settled();
  expect(area()).toBe(3);
  session.model.value = info("tiny");
  session.encoded.value = new Map([["photo-b", "full"]]);
  await settled();
  expect(area()).toBe(3);
  expect(asked).toEqual(["nano"]);
  session.dispatch(askAgain("photo-b", new Set(["object-1"])));
  await settled();
  expect(area()).toBe(5);
  session.undoStep();
  await settled();
  expect(area()).toBe(3);
  expect(asked).toEqual(["nano", "tiny"]);
});

it("a draft's answer is replaced once the whole photo is prepared by the same model", async () => {
  session.dispatch(addPhotos([{ ...photo, id: "photo-c" }]));
  session.pixels.value = new Map([["photo-c", { blob: new Blob() } as session.PhotoPixels]]);
  session.photoId.value = "photo-c";
  session.encoded.value = new Map([["photo-c", "draft"]]);
  session.model.value = info("nano");
  await settled();
  expect(area()).toBe(2);
  session.encoded.value = new Map([["photo-c", "full"]]);
  await settled();
  expect(area()).toBe(3);
});

it("a saved photo shows its masks again without a model", async () => {
  session.dispatch(addPhotos([photo]));
  session.model.value = info("tiny");
  await settled();
  const head = headText({ ...EMPTY_DOC, photos: [photo] }, "Sea");
  const text = photoText(photo, (object) => savedMask(photo, object));
  // Counts 0, 5, 59 as COCO's text, by pycocotools.
  expect(JSON.parse(text).objects[0].seen.answer.candidates[0].rle).toEqual({ size: [8, 8], counts: "05k1" });

  session.history.value = createHistory(EMPTY_DOC);
  session.model.value = null;
  const files = [head, text].map((each) => each.replaceAll("photo-a", "photo-d"));
  const { doc, seen } = await parseProject(async (name) => files[name === INDEX ? 0 : 1] ?? "");
  const [again] = doc.photos;
  if (again) restoreMasks(again, seen.get(again.id));
  session.dispatch(addPhotos(doc.photos));
  session.photoId.value = "photo-d";
  await settled();
  expect(area()).toBe(7);
  expect(asked).toEqual(["tiny"]);
});

it("after a change of model, the next correction of many refines the mask on screen, and asks once", async () => {
  const prompts = {
    ...photo.objects[0],
    input: "photo-e",
    points: [],
    box: null,
    choice: 0,
    wantsAlternatives: false,
  };
  let base: RefinedAnswer | null = null;
  const points = Array.from({ length: 40 }, (_, i) => ({
    id: `point-${i}`,
    x: i % 8,
    y: 1,
    isInclude: true,
  }));
  for (let i = 1; i < points.length; i++) base = { ...prompts, points: points.slice(0, i), base };
  const object = { ...createObject("object-1", 1), points, base };
  const corrected = { ...photo, id: "photo-e", objects: [object] };
  const [seen] = answer("nano", 3).candidates;
  const rle = seen?.view.rle ?? { size: [8, 8], counts: [64] };
  restoreMasks(
    corrected,
    new Map([["object-1", { answer: { by: "nano", best: 0, candidates: [{ rle, score: 0.5 }] } }]]),
  );
  session.dispatch(addPhotos([corrected]));
  session.pixels.value = new Map([["photo-e", { blob: new Blob() } as session.PhotoPixels]]);
  session.photoId.value = "photo-e";
  session.model.value = info("tiny");
  const next = { id: "point-40", x: 4, y: 4, isInclude: true };
  session.dispatch(
    addPoint({ photoId: "photo-e", objectId: "object-1" }, next, { ...prompts, points, base }),
  );
  await settled();
  expect([area(), asked, hints]).toEqual([5, ["tiny"], [rle]]);
});
