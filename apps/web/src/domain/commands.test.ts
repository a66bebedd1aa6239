import { describe, expect, it } from "vitest";
import {
  addObjects,
  addPhotos,
  addPoint,
  addStroke,
  type Command,
  lockObject,
  removePoint,
  setFrameMask,
  setMasks,
} from "./commands.js";
import { type Doc, EMPTY_DOC } from "./document.js";

const VIDEO = { kind: "file", times: Float64Array.of(0, 1), duration: 2 } as const;
const target = { photoId: "video-1", objectId: "object-1", frame: 1 };
const point = (id: string) => ({ id, x: 1, y: 1, isInclude: true });
const mask = { id: "mask-1", rle: { size: [1, 1], counts: [0, 1] }, score: 1 } as const;

function after(...commands: readonly Command[]): Doc["photos"][number]["objects"][number]["frames"] {
  const video = { id: "video-1", name: "a.mp4", width: 1, height: 1, objects: [], video: VIDEO };
  const doc = [addPhotos([video]), ...commands].reduce((each, command) => command.apply(each), EMPTY_DOC);
  return doc.photos[0]?.objects[0]?.frames ?? {};
}

describe("the mask of a video's frame", () => {
  it("is kept by frame, with the reading that it is", () => {
    const frames = after(addPoint(target, point("p"), null), setFrameMask(target, "chooseMask", mask, 2));
    expect(frames).toEqual({ 1: { points: [point("p")], box: null, mask, choice: 2 } });
  });

  it("gives way to the answer to another point", () => {
    const drawn = setFrameMask(target, "brush", mask);
    expect(after(drawn, addPoint(target, point("p"), null))[1]).toMatchObject({ mask: null });
  });

  it("outlives points under a touch-up, and goes with the point that it is a reading of", () => {
    const asked = addPoint(target, point("p"), null);
    expect(after(asked, setFrameMask(target, "brush", mask), removePoint(target, "p"))[1]).toMatchObject({
      points: [],
      mask,
    });
    expect(after(asked, setFrameMask(target, "chooseMask", mask, 0), removePoint(target, "p"))).toEqual({});
  });
});

describe("several objects at once", () => {
  const photo = (id: string) => ({ id, name: `${id}.jpg`, width: 1, height: 1, objects: [] });
  const doc = addPhotos([photo("a"), photo("b")]).apply(EMPTY_DOC);
  const objects = ["1", "2", "3"].map((id) => ({ id, points: [point(id)], label: "cat" }));
  const added = addObjects("copy", new Map([["b", objects]]), ["cat"]).apply(doc);

  it("are added to their photos, numbered on, with classes that the project has not had", () => {
    expect(added.photos.map((each) => each.objects.map(({ name }) => name))).toEqual([
      [],
      ["Object 1", "Object 2", "Object 3"],
    ]);
    expect(added.nextNumber).toBe(4);
    expect(added.classes).toEqual(["cat"]);
  });

  it("get masks in place of their prompts and touch-ups, and lose what went into one; locked ones stay", () => {
    const stroke = { id: "s", isErase: false, radius: 1, path: [0, 0] };
    const on = (objectId: string) => ({ photoId: "b", objectId });
    const before = [addStroke(on("1"), stroke), lockObject(on("3"), true)].reduce(
      (each, command) => command.apply(each),
      added,
    );
    const merge = setMasks("b", "merge", new Map([["1", mask]]), new Set(["2", "3"]));
    const left = merge.apply(before).photos[1]?.objects ?? [];
    expect(left.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(left[0]).toMatchObject({ points: [], strokes: [], fixed: mask, label: "cat", number: 1 });
    expect(left[1]).toMatchObject({ points: [point("3")], fixed: null });
  });
});

it("a class that undo took away comes back with the next object that has it", () => {
  const doc = addPhotos([{ id: "a", name: "a.jpg", width: 1, height: 1, objects: [] }]).apply(EMPTY_DOC);
  const clicked = addPoint({ photoId: "a", objectId: "o", label: "cat" }, point("p"), null).apply(doc);
  expect(clicked.classes).toEqual(["cat"]);
  const copies = [{ id: "q", label: "dog" }, { id: "r", label: "dog" }, { id: "s" }];
  expect(addObjects("import", new Map([["a", copies]])).apply(clicked).classes).toEqual(["cat", "dog"]);
});
