import { rleFromBitmap } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import type { CutOutLooks } from "../../protocol/cut-outs.js";
import type { PhotoInput } from "../../protocol/engine.js";
import { writeCutOuts } from "./cut-outs.js";
import type { Item } from "./part.js";

const [WIDTH, HEIGHT] = [20, 10];
const LOOKS: CutOutLooks = {
  isTogether: false,
  isCropped: true,
  margin: 0,
  softEdge: 0,
  ground: "transparent",
  colour: "#ffffff",
  blur: 0.02,
  type: "image/png",
  quality: 0.9,
};

/** An object of these columns. */
function item(name: string, from: number, to: number): Item {
  const bits = new Uint8Array(WIDTH * HEIGHT).map((_, i) => (i % WIDTH >= from && i % WIDTH < to ? 1 : 0));
  return { name, label: "", color: "#75c4fa", rle: rleFromBitmap(bits, WIDTH, HEIGHT), score: 1 };
}

function photo(name: string): PhotoInput {
  return { id: name, name, blob: new Blob(), width: WIDTH, height: HEIGHT };
}

async function written(looks: Partial<CutOutLooks>, signal = new AbortController().signal) {
  const read: string[] = [];
  const reader = {
    pixels: async ({ name }: PhotoInput) => {
      read.push(name);
      return { data: new Uint8Array(3 * WIDTH * HEIGHT), width: WIDTH, height: HEIGHT, channels: 3 as const };
    },
    alpha: async () => undefined,
    signal,
  };
  const photos = [
    { photo: photo("a.jpg"), items: [item("Cup", 2, 5), item("Cup", 12, 16)] },
    { photo: photo("b.jpg"), items: [item("Plate", 0, 4)] },
  ];
  const rest = { isFlat: false, isPolygon: false, hasPhotos: false, validation: 0, classes: [] };
  const cutOut = { ...LOOKS, ...looks };
  const parts = await writeCutOuts({ format: "cutout", photos, ...rest, cutOut }, reader);
  return { read, parts: parts.map(({ name, width, height }) => `${name} ${width}x${height}`) };
}

describe("cut-outs", () => {
  it("are a file for each object, of a photo that is read once", async () => {
    const { parts, read } = await written({});
    expect(parts).toEqual(["a-cup.png 3x10", "a-cup-2.png 4x10", "b-plate.png 4x10"]);
    expect(read).toEqual(["a.jpg", "b.jpg"]);
  });

  it("are one picture for each photo on request; a photo's only object gives it its name", async () => {
    const { parts } = await written({ isTogether: true });
    expect(parts).toEqual(["a-cutout.png 14x10", "b-plate.png 4x10"]);
  });

  it("have the photo's size, or room around them", async () => {
    expect((await written({ isTogether: true, isCropped: false })).parts[0]).toBe("a-cutout.png 20x10");
    expect((await written({ margin: 2, softEdge: 1 })).parts[0]).toBe("a-cup.png 8x10");
  });

  it("end when they are told to", async () => {
    const stopped = AbortSignal.abort(new DOMException("another format", "AbortError"));
    await expect(written({}, stopped)).rejects.toThrow("another format");
  });
});
