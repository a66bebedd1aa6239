import { beforeEach, expect, it } from "vitest";
import { addPhotos, addPoint, renameObject, showObject } from "../domain/commands.js";
import { createObject, EMPTY_DOC } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import type { DecodeAnswer } from "../protocol/engine.js";
import { answerKey, putAnswer } from "../state/masks.js";
import * as session from "../state/session.js";
import { movePointer } from "../state/stage-state.js";
import { scene } from "./scene.js";

const object = { ...createObject("object-1", 1), points: [{ id: "p", x: 1, y: 1, isInclude: true }] };
const photo = (id: string) => ({ id, name: id, width: 8, height: 6, objects: [object] });
const view = { rle: { size: [6, 8], counts: [0, 48] }, path: "", area: 48, box: [0, 0, 7, 5] } as const;
const target = { photoId: "a", objectId: "object-1" };

beforeEach(() => {
  session.history.value = createHistory(addPhotos([photo("a"), photo("b")]).apply(EMPTY_DOC));
  session.model.value = { name: "tiny", draftSize: 32 } as typeof session.model.value;
  session.encoded.value = new Map();
  session.showPhoto("a");
  const answer = { by: "tiny", best: 0, candidates: [{ view, score: 1 }], elapsedMs: 1 } as DecodeAnswer;
  putAnswer(answerKey(photo("a"), object), answer);
});

it("has the masks that are seen, and is another one as soon as one looks otherwise", () => {
  const { masks } = scene.value;
  expect(masks.objects).toEqual([
    { view, style: expect.objectContaining({ isChosen: false, isOld: false }) },
  ]);
  session.objectId.value = "object-1";
  expect(scene.value.masks.objects[0]?.style.isChosen).toBe(true);
  session.dispatch(showObject(target, false));
  expect(scene.value.masks.objects).toEqual([]);
});

it("stays as it is while nothing that is seen changes", () => {
  const { masks, live } = scene.value;
  session.dispatch(renameObject(target, "cup"));
  session.dispatch(
    addPoint({ photoId: "b", objectId: "object-2" }, { id: "q", x: 2, y: 2, isInclude: true }, null),
  );
  movePointer({ x: 3, y: 3 });
  expect(scene.value.masks).toBe(masks);
  expect(scene.value.live).toBe(live);
});

it("shows a draft's mask as an old one once the whole photo is there", () => {
  const by = "tiny@32";
  putAnswer(answerKey(photo("a"), object), {
    by,
    best: 0,
    candidates: [{ view, score: 1 }],
    elapsedMs: 1,
  } as DecodeAnswer);
  session.encoded.value = new Map([["a", "draft"]]);
  expect(scene.value.masks.objects[0]?.style.isOld).toBe(false);
  session.encoded.value = new Map([["a", "full"]]);
  expect(scene.value.masks.objects[0]?.style.isOld).toBe(true);
});

it("follows the pointer where it draws", () => {
  session.tool.value = "brush";
  movePointer({ x: 5, y: 4 });
  expect(scene.value.live.at(-1)).toMatchObject({ kind: "brush", x: 5, y: 4 });
  session.tool.value = "select";
  expect(scene.value.live).toEqual([]);
});
