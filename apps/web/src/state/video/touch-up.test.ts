import { expect, it } from "vitest";
import { addPhotos } from "../../domain/commands.js";
import { createObject, EMPTY_DOC, type PhotoDoc } from "../../domain/document.js";
import { createHistory } from "../../domain/history.js";
import { LateEngine, SIDE } from "../__fixtures__/late-engine.js";
import * as session from "../session.js";
import { paintOnFrame } from "./touch-up.js";

const stroke = { isErase: false, radius: 2, path: [1, 1, 2, 2] };
const late = new LateEngine();

async function open(): Promise<void> {
  const video: PhotoDoc = {
    id: "video",
    name: "a.mp4",
    width: SIDE,
    height: SIDE,
    objects: [createObject("object-1", 1), createObject("object-2", 2)],
    video: { kind: "file", times: Float64Array.of(0, 1), duration: 2 },
  };
  session.setEngine(late.engine);
  session.history.value = createHistory(addPhotos([video]).apply(EMPTY_DOC));
  session.showPhoto("video");
}

async function answered(): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await new Promise(setImmediate);
    late.letGo(0);
  }
}

const painted = () =>
  session.photo.value?.objects.filter(({ frames }) => 0 in frames).map(({ number }) => number);

it("strokes land on the object that they were drawn on, whatever is chosen by then", async () => {
  await open();
  session.objectId.value = "object-1";
  paintOnFrame(stroke);
  paintOnFrame(stroke);
  session.objectId.value = "object-2";
  await answered();
  expect(painted()).toEqual([1]);
  expect(session.objectId.value).toBe("object-2");
});

it("strokes that follow each other make one new object", async () => {
  await open();
  paintOnFrame(stroke);
  paintOnFrame(stroke);
  await answered();
  expect(session.photo.value?.objects.length).toBe(3);
});

it("a stroke on an object that is deleted meanwhile brings it not back", async () => {
  await open();
  session.objectId.value = "object-1";
  paintOnFrame(stroke);
  await new Promise(setImmediate);
  session.history.value = createHistory({
    ...session.doc.value,
    photos: session.doc.value.photos.map((photo) => ({ ...photo, objects: photo.objects.slice(1) })),
  });
  await answered();
  expect(session.photo.value?.objects.map(({ number }) => number)).toEqual([2]);
});
