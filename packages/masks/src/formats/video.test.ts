import { describe, expect, it } from "vitest";
import { Mask } from "../masks/mask.js";
import { rleFromBitmap } from "../masks/rle.js";
import { toMot, toVideoCoco } from "./video.js";

// 4 x 3 pixels; inside: x 1 to 2, y 1.
const rle = rleFromBitmap([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], 4, 3);
const seen = (objectScore: number) => new Mask(rle, { objectScore });
const frames = [
  { index: 0, fileName: "00005.jpg", masks: [undefined, seen(1)] },
  { index: 3, fileName: "00020.jpg", masks: [] },
  { index: 4, fileName: "00025.jpg", masks: [seen(0.5), seen(0)] },
];

describe("toMot", () => {
  it("counts frames, objects and pixels from 1 on", () => {
    expect(toMot(frames).split("\n")).toEqual([
      "1,2,2,2,2,1,1.0000,-1,-1,-1",
      "5,1,2,2,2,1,0.5000,-1,-1,-1",
      "5,2,2,2,2,1,0.0000,-1,-1,-1",
      "",
    ]);
  });
});

describe("toVideoCoco", () => {
  const coco = toVideoCoco(frames, [3, 4], ["cat", ""]);

  it("names frames as their files, also those without objects", () => {
    expect(coco.images.map(({ file_name, frame }) => [file_name, frame])).toEqual([
      ["00005.jpg", 0],
      ["00020.jpg", 3],
      ["00025.jpg", 4],
    ]);
  });

  it("keeps numbers that classes have already", () => {
    const known = toVideoCoco(frames, [3, 4], ["cat", ""], { categories: ["dog", "cat"] });
    expect(known.categories.map(({ name }) => name)).toEqual(["dog", "cat", "object"]);
    expect(new Set(known.annotations.map(({ category_id }) => category_id))).toEqual(new Set([2, 3]));
  });

  it("keeps an object's track and class over the frames", () => {
    expect(
      coco.annotations.map(({ image_id, track_id, category_id }) => [image_id, track_id, category_id]),
    ).toEqual([
      [1, 2, 2],
      [3, 1, 1],
      [3, 2, 2],
    ]);
    expect(coco.categories.map(({ name }) => name)).toEqual(["cat", "object"]);
  });

  it("tells how sure the model is that an object is seen, not an IoU", () => {
    expect(coco.annotations.map(({ object_score }) => object_score)).toEqual([1, 0.5, 0]);
    for (const each of coco.annotations) expect(each).not.toHaveProperty("predicted_iou");
  });
});
