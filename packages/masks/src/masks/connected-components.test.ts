import { ShapeError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { noiseBitmap, seeded } from "./__fixtures__/random-masks.js";
import { cleanLogits, fillHoles, removeSprinkles } from "./clean-components.js";
import { connectedComponents } from "./connected-components.js";

/** The obvious version: flood fill pixel by pixel. */
function floodFill(bits: ArrayLike<number>, width: number, height: number): Int32Array {
  const labels = new Int32Array(width * height);
  let count = 0;
  for (let seed = 0; seed < labels.length; seed++) {
    if (!bits[seed] || labels[seed]) continue;
    const queue = [seed];
    labels[seed] = ++count;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (bits[next] && !labels[next]) {
            labels[next] = count;
            queue.push(next);
          }
        }
      }
    }
  }
  return labels;
}

function slowClean(
  values: number[],
  bits: Uint8Array,
  width: number,
  maxArea: number,
  paint: number,
): number[] {
  const labels = floodFill(bits, width, bits.length / width);
  const area = new Map<number, number>();
  for (const label of labels) area.set(label, (area.get(label) ?? 0) + 1);
  return values.map((value, i) => (labels[i] && area.get(labels[i]!)! <= maxArea ? paint : value));
}

const bitmap = (...rows: string[]) => Uint8Array.from(rows.join("").split("").map(Number));

describe("connectedComponents", () => {
  it("joins pixels that touch at a corner and counts what is outside as area 0", () => {
    const { labels, areas, count } = connectedComponents(bitmap("1001", "0100", "0011"), 4, 3);
    expect(count).toBe(2);
    expect([...labels]).toEqual([1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 1]);
    expect([...areas]).toEqual([7, 4, 1]);
  });

  it("equals a flood fill on random bitmaps of every density", () => {
    const random = seeded(1);
    for (let trial = 0; trial < 300; trial++) {
      const width = 1 + Math.floor(random() * 24);
      const height = 1 + Math.floor(random() * 24);
      const bits = noiseBitmap(random, width, height, random());
      const { labels, areas, count } = connectedComponents(bits, width, height);
      const slow = floodFill(bits, width, height);
      expect(labels).toEqual(slow);
      expect(count).toBe(Math.max(0, ...slow));
      expect([...areas]).toEqual(
        Array.from({ length: count + 1 }, (_, label) => slow.filter((value) => value === label).length),
      );
    }
  });

  it("takes an image without pixels and refuses values that do not fill the size", () => {
    expect(connectedComponents(new Uint8Array(0), 0, 5).count).toBe(0);
    expect(() => connectedComponents(new Uint8Array(5), 2, 2)).toThrow(ShapeError);
    expect(() => connectedComponents(new Uint8Array(4), 1.6, 2.5)).toThrow(ShapeError);
  });
});

describe("cleanLogits, fillHoles and removeSprinkles", () => {
  it("change exactly the components that a flood fill finds small, holes and sprinkles of the same logits", () => {
    const random = seeded(2);
    for (let trial = 0; trial < 200; trial++) {
      const width = 1 + Math.floor(random() * 20);
      const height = 1 + Math.floor(random() * 20);
      const bits = noiseBitmap(random, width, height, random());
      const outside = bits.map((bit) => 1 - bit);
      const logits = Float32Array.from(bits, (bit) => (bit ? 1 : -1) * (0.5 + random()) + 0.25);
      const maxHoleArea = Math.floor(random() * 8);
      const maxSprinkleArea = Math.floor(random() * 8);
      const filled = slowClean([...logits], outside, width, maxHoleArea, 10.25);
      const expected = slowClean(filled, bits, width, maxSprinkleArea, -9.75);
      const changed = cleanLogits(logits, width, height, {
        maskThreshold: 0.25,
        maxHoleArea,
        maxSprinkleArea,
      });
      expect([...logits]).toEqual(expected);
      expect(changed).toBe(expected.includes(10.25) || expected.includes(-9.75));

      const holes = bits.slice();
      fillHoles(holes, width, height, maxHoleArea);
      expect([...holes]).toEqual(slowClean([...bits], outside, width, maxHoleArea, 1));
      const sprinkles = bits.slice();
      removeSprinkles(sprinkles, width, height, maxSprinkleArea);
      expect([...sprinkles]).toEqual(slowClean([...bits], bits, width, maxSprinkleArea, 0));
    }
  });

  it("leave the logits alone without a limit", () => {
    const logits = Float32Array.of(-1, 1, -1);
    expect(cleanLogits(logits, 3, 1, {})).toBe(false);
    expect([...logits]).toEqual([-1, 1, -1]);
  });
});
