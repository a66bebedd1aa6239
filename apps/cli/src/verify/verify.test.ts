import { readFileSync } from "node:fs";
import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { findImage } from "./find-image.js";
import { parseExpected } from "./parse-expected.js";

const published: unknown = JSON.parse(
  readFileSync(new URL("../../data/published.json", import.meta.url), "utf8"),
);

describe("the figures of the published checkpoints", () => {
  it("are all understood for hiera-tiny", () => {
    const { rows, videoRows, images } = parseExpected(
      published,
      "facebook/sam2.1-hiera-tiny",
      "published.json",
    );
    expect(rows).toHaveLength(8);
    expect(videoRows).toHaveLength(5);
    expect([...images.keys()]).toEqual(["truck", "groceries", "dog", "car"]);
    expect(rows[0]).toMatchObject({ scores: [0.9547, 0.4932, 0.0427], isSorted: true });
    expect(rows[2]?.logits).toHaveLength(18);
    expect(rows[7]).toMatchObject({ scores: [0.0316, 0.9647, 0.1029], tolerance: 0.01, isSorted: false });
  });

  it("are found by the last part of an id, and for the checkpoints of one row", () => {
    expect(parseExpected(published, "mirror/sam2.1-hiera-tiny", "p").rows).toHaveLength(8);
    expect(parseExpected(published, "facebook/sam2-hiera-large", "p").rows).toMatchObject([
      { scores: [0.9514, 0.0535, 0.1787] },
    ]);
  });

  it("are refused for a model of which nothing is stated", () => {
    expect(() => parseExpected(published, "me/mine", "p.json")).toThrow(
      /p\.json: expected values for "me\/mine".*--as/,
    );
  });
});

describe("expected values of one's own", () => {
  it("say what they ask by prompts", () => {
    const json = {
      "me/mine": {
        images: { a: "a.png" },
        row: { prompts: { images: ["a"], boxes: [[[1, 2, 3, 4]]], multimask: false }, scores: [[0.5]] },
      },
    };
    expect(parseExpected(json, undefined, "mine.json").rows).toMatchObject([
      { title: "row", scores: [0.5], prompts: { multimask: false, boxes: [[[1, 2, 3, 4]]] } },
    ]);
  });

  it.each([
    [{ "a/b": { row: { scores: [1] } } }, /expected "prompts"/],
    [{ "a/b": { row: { prompts: { images: [] }, scores: [1] } } }, /expected names of images/],
    [{ "a/b": { row: { prompts: { images: ["x"], points: [] }, scores: [1] } } }, /one entry for each image/],
    [{ "a/b": { row: { prompts: { images: ["x"] }, scores: ["1"] } } }, /expected lists of numbers/],
    [{ "a/b": { row: { prompts: { images: ["x"] }, "logits[:3,:3]": [1] } } }, /expected 9 numbers/],
    [{ "a/b": 3 }, /expected an object/],
  ])("are refused when they are %j", (json, message) => {
    expect(() => parseExpected(json, undefined, "mine.json")).toThrow(InputError);
    expect(() => parseExpected(json, undefined, "mine.json")).toThrow(message);
  });
});

describe("images of the expected values", () => {
  const places = { folder: undefined, base: ".", endpoint: "https://hub.example/", isOffline: false };
  it.each([
    ["owner/set truck.jpg", "https://hub.example/datasets/owner/set/resolve/main/truck.jpg"],
    [
      "huggingface/documentation-images transformers/model_doc/dog-sam.png",
      "https://hub.example/datasets/huggingface/documentation-images/resolve/main/transformers/model_doc/dog-sam.png",
    ],
    [
      "segment-anything assets car.png",
      "https://hub.example/ybelkada/segment-anything/resolve/main/assets/car.png",
    ],
    ["https://example.org/x.png", "https://example.org/x.png"],
  ])("%s is at %s", async (place, url) => {
    expect(String(await findImage(place, places))).toBe(url);
  });

  it("are not asked of the Hub offline", async () => {
    expect(await findImage("owner/set truck.jpg", { ...places, isOffline: true })).toBeUndefined();
  });
});
