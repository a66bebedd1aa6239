import { describe, expect, it } from "vitest";
import { compareNames, describeLeftOut, isPictureName, sortFolder } from "./sort-folder.js";

describe("sortFolder", () => {
  it("takes pictures in the order of their numbers, whatever the case of their endings", () => {
    const names = ["10.jpg", "9.JPG", "b.jfif", "a.webp", "frame-0002.png", "frame-1.png", "scan.TIFF"];
    expect(sortFolder(names)).toEqual({
      pictures: ["9.JPG", "10.jpg", "a.webp", "b.jfif", "frame-1.png", "frame-0002.png", "scan.TIFF"],
      leftOut: [],
    });
  });

  it("leaves out what only looks like a picture, and says why", () => {
    const names = ["00000.jpg", "._00000.jpg", "00000.overlay.png", "00000.001.cutout.png", "Thumbs.db"];
    const sorted = sortFolder([...names, "a.labels-2.png", "photo.heic", "scan.bmp", "notes.txt", "README"]);
    expect(sorted.pictures).toEqual(["00000.jpg"]);
    expect(Object.fromEntries(sorted.leftOut.map(({ name, reason }) => [name, reason]))).toEqual({
      "._00000.jpg": "hidden file",
      "00000.overlay.png": "result of an earlier run",
      "00000.001.cutout.png": "result of an earlier run",
      "Thumbs.db": "hidden file",
      "a.labels-2.png": "result of an earlier run",
      "photo.heic": "picture that is not read",
      "scan.bmp": "picture that is not read",
      "notes.txt": "no picture",
      README: "no picture",
    });
    expect(describeLeftOut(sorted.leftOut.slice(0, 3))).toBe(
      "3 files left out: 1 hidden file (._00000.jpg), 2 results of earlier runs (00000.overlay.png, 00000.001.cutout.png)",
    );
    expect(describeLeftOut([])).toBe("");
  });

  it("knows one name by itself", () => {
    expect(isPictureName("photo.JPEG")).toBe(true);
    expect(isPictureName("photo.overlay.png")).toBe(false);
    expect(["photo.cup.cutout.webp", "photo.cutout.jpg"].some(isPictureName)).toBe(false);
    expect(isPictureName("photo.overlay.jpg")).toBe(true);
  });
});

it("compareNames is a total order that no language changes", () => {
  expect(["2", "02", "10", "1", "b", "a", "B", "ä", "img9", "img10", "img"].sort(compareNames)).toEqual([
    "1",
    "02",
    "2",
    "10",
    "B",
    "a",
    "b",
    "img",
    "img9",
    "img10",
    "ä",
  ]);
});
