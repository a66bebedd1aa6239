import { join, resolve } from "node:path";
import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { parseJsonPrompts } from "./json-prompts.js";

const parse = (value: unknown) => parseJsonPrompts(value, "p.json", "photos");

describe("parseJsonPrompts", () => {
  it("gives the same objects to every image, with masks beside the file", () => {
    const prompts = parse({ objects: [{ points: [[1, 2]] }, { id: 7, box: [0, 1, 2, 3], mask: "m.npy" }] });
    expect(prompts.images).toBeUndefined();
    expect(prompts.objectsFor("anything.jpg")).toEqual([
      { id: "1", points: [[1, 2]], labels: [1], box: undefined, mask: undefined },
      { id: "7", points: [], labels: [], box: [0, 1, 2, 3], mask: resolve("photos", "m.npy") },
    ]);
  });

  it("finds an image by its path or by its name", () => {
    const prompts = parse({ images: { "a.jpg": [{ points: [[1, 2]], labels: [0] }] } });
    expect(prompts.images).toEqual([join("photos", "a.jpg")]);
    expect(prompts.objectsFor("a.jpg")?.[0]?.labels).toEqual([0]);
    expect(prompts.objectsFor(join("photos", "a.jpg"))).toHaveLength(1);
    expect(prompts.objectsFor(join("elsewhere", "a.jpg"))).toHaveLength(1);
    expect(prompts.objectsFor("b.jpg")).toBeUndefined();
  });

  it("takes paths from the root and URLs as they are, for images and masks", () => {
    const [image, url] = [resolve("a.jpg"), "https://host.example/a.jpg?s=1"];
    const objects = [{ mask: resolve("m.png") }, { mask: "https://host.example/m.png?s=1" }];
    const prompts = parse({ images: { [image]: objects, [url]: objects } });
    expect(prompts.images).toEqual([image, url]);
    expect(prompts.objectsFor(image)?.map(({ mask }) => mask)).toEqual(objects.map(({ mask }) => mask));
    expect(prompts.objectsFor(url)).toHaveLength(2);
  });

  it.each([
    [[], /p\.json: expected an object/],
    [{ objects: {} }, /objects: expected a list/],
    [{ objects: [{}] }, /objects\[0\]: expected points, a box or a mask/],
    [{ objects: [{ points: [1, 2] }] }, /objects\[0\]\.points\[0\]: expected 2 numbers, got 1/],
    [{ objects: [{ points: [[1, 2]], labels: [2] }] }, /labels: expected 1 \(inside\) or 0/],
    [{ objects: [{ points: [[1, 2]], labels: [1, 1] }] }, /labels: expected 1 numbers/],
    [{ objects: [{ box: [1, 2, 3] }] }, /box: expected 4 numbers/],
    [{ objects: [{ mask: 3 }] }, /mask: expected the path/],
    [{ objects: [{ id: null, box: [1, 2, 3, 4] }] }, /id: expected a name/],
    [
      {
        objects: [
          { id: 1, box: [1, 2, 3, 4] },
          { id: "1", box: [1, 2, 3, 4] },
        ],
      },
      /objects\[1\]\.id: expected another than those before, got "1"; give each/,
    ],
    [{}, /"objects" or "images", got neither/],
  ])("refuses %j and says where", (json, message) => {
    expect(() => parse(json)).toThrow(InputError);
    expect(() => parse(json)).toThrow(message);
  });

  it("reads boxes whose corners come in any order, as --box does", () => {
    const box = (corners: number[]) => parse({ objects: [{ box: corners }] }).objectsFor("a.jpg")?.[0]?.box;
    expect(box([200, 235, 90, 145])).toEqual([90, 145, 200, 235]);
    expect(box([90, 235, 200, 145])).toEqual([90, 145, 200, 235]);
  });

  it.each([
    [{ objects: [{ point: [1, 2], box: [1, 2, 3, 4] }] }, /objects\[0\].*got "point"/],
    [{ objects: [{ points: [[1, 2]], lables: [0] }] }, /got "lables"/],
    [{ images: { "a.jpg": [], "./a.jpg": [] } }, /expected each image once, got "\.\/a\.jpg" again/],
    [{ objects: [], images: {} }, /got both/],
    [{ object: [] }, /got "object"/],
    [{ images: { "a.jpg": [{ Points: [[1, 2]] }] } }, /images\["a\.jpg"\]\[0\].*write points/],
  ])("refuses the unknown key of %j by name", (json, message) => {
    expect(() => parse(json)).toThrow(message);
  });

  it("refuses more points than a decoder run can hold", () => {
    const points = Array.from({ length: 100_000 }, () => [1, 2]);
    expect(() => parse({ objects: [{ points }] })).toThrow(/at most 1000 points, got 100000/);
  });
});
