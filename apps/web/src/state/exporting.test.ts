import { beforeEach, expect, it } from "vitest";
import { addObjects, addPhotos, setClass } from "../domain/commands.js";
import { createObject, EMPTY_DOC } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import type { DecodeRequest, EncodeRequest, SegmentEngine } from "../protocol/engine.js";
import { exportRequest } from "./exporting.js";
import { leftOutOf } from "./left-out.js";
import { choose } from "./selection.js";
import * as session from "./session.js";

const NAMES = ["a", "b", "c"];
const asked: string[] = [];

const engine: Pick<SegmentEngine, "decode"> = {
  decode: async ({ photo }: DecodeRequest) => {
    asked.push(photo.id);
    const rle = { size: [4, 4], counts: Uint32Array.of(0, 16) } as const;
    const view = { rle, area: 16, box: [0, 0, 3, 3] } as const;
    return { candidates: [{ view, score: 0.5 }], best: 0, by: "nano", elapsedMs: 1 } as never;
  },
};

session.setEngine(engine as SegmentEngine);
const photos = NAMES.map((id, i) => ({
  id,
  name: `${id}.jpg`,
  width: 4,
  height: 4,
  objects: [{ ...createObject(`object-${i}`, i + 1), points: [{ id: "p", x: 1, y: 1, isInclude: true }] }],
}));
session.dispatch(addPhotos(photos));
session.pixels.value = new Map(NAMES.map((id) => [id, { blob: new Blob() } as session.PhotoPixels]));

beforeEach(() => {
  asked.length = 0;
});

it("refuses where masks are missing and there is no model to make them", async () => {
  await expect(exportRequest("coco", "all")).rejects.toThrow(/expected a model/);
});

it("makes the masks of photos that nobody looked at, once", async () => {
  session.model.value = { name: "nano" } as typeof session.model.value;
  const progress: number[] = [];
  const options = { onProgress: (done: number) => progress.push(done) };
  const request = await exportRequest("coco", "all", {}, options);
  expect(request.photos.map(({ items }) => items.length)).toEqual([1, 1, 1]);
  expect(asked).toEqual(NAMES);
  expect(progress).toEqual([0, 1, 2]);
  await exportRequest("yolo", "all");
  expect(asked).toEqual(NAMES);
});

it("takes the chosen objects of the photo, one or several", async () => {
  session.dispatch(
    addObjects(
      "keep",
      new Map([["a", [{ ...createObject("more", 9), box: { x0: 0, y0: 0, x1: 2, y1: 2 } }]]]),
    ),
  );
  session.showPhoto("a");
  choose(["object-0"]);
  const counts = async () =>
    (await exportRequest("cutout", "object")).photos.map(({ items }) => items.length);
  expect(await counts()).toEqual([1]);
  choose(["object-0", "more"]);
  expect(await counts()).toEqual([2]);
  session.undoStep();
});

it("numbers classes as the first file did, whatever is undone and done after it", async () => {
  const give = (label: string) => {
    session.dispatch(setClass("a", new Set(["object-0"]), label));
    session.endStep();
  };
  const numbers = async () => (await exportRequest("yolo", "all")).classes;
  give("cat");
  expect(await numbers()).toEqual(["object", "cat"]);
  session.undoStep();
  give("dog");
  expect(await numbers()).toEqual(["object", "cat", "dog"]);
  session.undoStep();
  session.undoStep();
  session.redoStep();
  expect(await numbers()).toEqual(["object", "cat", "dog"]);
});

it("writes objects without a class where another tab edits the project, and changes nothing there", async () => {
  const before = { ...session.doc.value, classes: ["cat"] };
  session.history.value = createHistory(before);
  session.project.value = { id: "p", name: "p", isReadOnly: true };
  session.announcement.value = "";
  expect((await exportRequest("coco", "all")).classes).toEqual(["cat", "object"]);
  expect(session.doc.value).toBe(before);
  expect(session.announcement.value).toBe("");
});

it("says what an export leaves out: hidden objects, and videos beside the photos", () => {
  session.project.value = null;
  const hidden = { ...createObject("hidden", 20), isVisible: false };
  const video = { kind: "file", times: Float64Array.of(0), duration: 1 } as const;
  const clip = { id: "clip", name: "clip.mp4", width: 4, height: 4, objects: [hidden], video };
  session.dispatch(addPhotos([{ id: "d", name: "d.jpg", width: 4, height: 4, objects: [hidden] }, clip]));
  session.showPhoto("a");
  expect(leftOutOf("all")).toEqual({ hidden: 1, videos: 1, missing: 1 });
  expect(leftOutOf("photo")).toEqual({ hidden: 0, videos: 0, missing: 0 });
  session.showPhoto("d");
  expect(leftOutOf("photo")).toEqual({ hidden: 1, videos: 0, missing: 1 });
  choose([]);
  expect(leftOutOf("object")).toEqual({ hidden: 0, videos: 0, missing: 1 });
});

it("exports the masks of a photo whose picture is missing, where no pixels are needed", async () => {
  const before = session.pixels.value;
  session.pixels.value = new Map([...before].filter(([id]) => id !== "b"));
  const namesOf = async (...args: Parameters<typeof exportRequest>) =>
    (await exportRequest(...args)).photos
      .filter(({ items }) => items.length > 0)
      .map(({ photo }) => photo.name);
  expect(await namesOf("coco", "all")).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
  expect(await namesOf("coco", "all", { hasPhotos: true })).toEqual(["a.jpg", "c.jpg"]);
  expect(await namesOf("cutout", "all")).toEqual(["a.jpg", "c.jpg"]);
  session.pixels.value = before;
});

it("asks again for masks that only a draft has answered, where all photos are exported and drafts will not do", async () => {
  const encoded: string[] = [];
  const drafting = {
    encode: async ({ photo, isDraft }: EncodeRequest) => {
      encoded.push(`${photo.id} ${isDraft}`);
      return { elapsedMs: 1 };
    },
    decode: async (request: DecodeRequest) => {
      const answer = await engine.decode(request);
      return answer && { ...answer, by: request.isDraft ? "slow@2" : "slow" };
    },
  };
  session.setEngine(drafting as Partial<SegmentEngine> as SegmentEngine);
  session.model.value = { name: "slow", draftSize: 2 } as typeof session.model.value;
  const points = [{ id: "p", x: 2, y: 2, isInclude: true }];
  const fresh = ["e", "f"].map((id) => ({
    id,
    name: `${id}.jpg`,
    width: 4,
    height: 4,
    objects: [{ ...createObject(`object-${id}`, 30), points }],
  }));
  session.history.value = createHistory(addPhotos(fresh).apply(EMPTY_DOC));
  session.pixels.value = new Map(["e", "f"].map((id) => [id, { blob: new Blob() } as session.PhotoPixels]));
  session.encoded.value = new Map([["e", "draft"]]);
  session.isDraftOnly.value = true;
  await exportRequest("coco", "all");
  expect([asked, encoded]).toEqual([["e", "f"], []]);
  session.isDraftOnly.value = false;
  session.showPhoto("e");
  await exportRequest("cutout", "photo");
  expect([asked, encoded]).toEqual([["e", "f"], []]);
  await exportRequest("coco", "all");
  await exportRequest("coco", "all");
  expect([asked, encoded]).toEqual([["e", "f", "e"], ["e false"]]);
});
