import { rleArea, rleBox, rleFromBitmap, rleToBitmap } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import { NO_CLEAN_UP, type Stroke } from "../../domain/document.js";
import { composeMask, dilateRle, emptyRle, type StrokeRasteriser } from "./compose.js";

const size = [20, 30] as const;

/** Fills the stroke's window, as if the brush were square. */
const square: StrokeRasteriser = (_, width, height) => new Uint8Array(width * height).fill(1);

const stroke = (id: string, isErase: boolean, path: readonly number[]): Stroke => ({
  id,
  isErase,
  radius: 1,
  path,
});

function bitmap(inside: (x: number, y: number) => boolean) {
  const bits = new Uint8Array(size[0] * size[1]);
  for (let y = 0; y < size[0]; y++)
    for (let x = 0; x < size[1]; x++) bits[y * size[1] + x] = inside(x, y) ? 1 : 0;
  return rleFromBitmap(bits, size[1], size[0]);
}

const plain = { rle: null, size, strokes: [], cleanUp: NO_CLEAN_UP };

describe("composeMask", () => {
  it("is the model's mask where nothing was done by hand", () => {
    const rle = { size, counts: Uint32Array.from([100, 50, 450]) };
    expect(composeMask({ ...plain, rle }, square)).toEqual(rle);
    expect(rleArea(composeMask(plain, square))).toBe(0);
  });

  it("adds and takes away in the order of the strokes", () => {
    const add = stroke("a", false, [5, 5]);
    const erase = stroke("b", true, [5, 5]);
    const added = composeMask({ ...plain, strokes: [add] }, square);
    expect(rleBox(added)).toEqual([3, 3, 6, 6]);
    expect(rleArea(composeMask({ ...plain, strokes: [add, erase] }, square))).toBe(0);
    expect(rleArea(composeMask({ ...plain, strokes: [erase, add] }, square))).toBe(rleArea(added));
  });

  it("leaves out what lies beyond the photo", () => {
    expect(rleArea(composeMask({ ...plain, strokes: [stroke("a", false, [-50, -50])] }, square))).toBe(0);
    const corner = composeMask({ ...plain, strokes: [stroke("a", false, [0, 0])] }, square);
    expect(rleBox(corner)).toEqual([0, 0, 1, 1]);
  });

  it("fills holes and drops specks of fewer pixels than asked", () => {
    const ring = bitmap((x, y) => x >= 5 && x < 15 && y >= 5 && y < 15 && !(x === 10 && y === 10));
    const filled = composeMask({ ...plain, rle: ring, cleanUp: { ...NO_CLEAN_UP, holes: 4 } }, square);
    expect(rleArea(filled)).toBe(100);
    const specked = bitmap((x, y) => (x >= 5 && x < 15 && y >= 5 && y < 15) || (x === 25 && y === 3));
    const clean = composeMask({ ...plain, rle: specked, cleanUp: { ...NO_CLEAN_UP, specks: 4 } }, square);
    expect(rleArea(clean)).toBe(100);
  });

  it("moves the edge inwards and outwards", () => {
    const block = bitmap((x, y) => x >= 10 && x < 20 && y >= 5 && y < 15);
    const edge = (value: number) =>
      composeMask({ ...plain, rle: block, cleanUp: { ...NO_CLEAN_UP, edge: value } }, square);
    expect(rleBox(edge(2))).toEqual([8, 3, 21, 16]);
    expect(rleBox(edge(-2))).toEqual([12, 7, 17, 12]);
  });
});

describe("dilateRle", () => {
  it("grows from the mask only, not from the rim of the photo", () => {
    expect(rleArea(dilateRle(emptyRle(size), 3))).toBe(0);
    const dot = dilateRle(
      bitmap((x, y) => x === 0 && y === 0),
      3,
    );
    expect(rleBox(dot)).toEqual([0, 0, 3, 3]);
    expect(rleArea(dot)).toBe(16);
    expect(rleToBitmap(dot).dims).toEqual([20, 30]);
  });
});
