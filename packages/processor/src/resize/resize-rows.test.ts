import { describe, expect, it } from "vitest";
import type { ByteImage } from "./byte-image.js";
import { resizeRows, resizeRowsPlainly } from "./resize-rows.js";

/** Pixels without pattern, with runs of the darkest and brightest: filters with negative lobes leave the range there. */
function image(width: number, height: number, stride: number): ByteImage {
  let seed = 1;
  const data = Uint8Array.from({ length: width * height * stride }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
    const level = seed >>> 24;
    return level < 60 ? 0 : level > 195 ? 255 : level;
  });
  return { data, width, height, stride, channels: 3 };
}

const sizes: readonly (readonly [from: string, to: string])[] = [
  ["180x120", "102x102"],
  ["80x53", "102x102"],
  ["102x77", "102x102"],
  ["77x102", "102x102"],
  ["1000x9", "16x16"],
  ["1x1", "33x17"],
  ["7x300", "1x1"],
];
const sides = (size: string) => size.split("x").map(Number) as [number, number];

describe("rows by the kernel are those of TypeScript, byte by byte", () => {
  const cases = sizes.flatMap(([from, to]) =>
    (["bilinear", "bicubic", "lanczos"] as const).flatMap((filter) =>
      [3, 4].map((stride) => ({ from, to, filter, stride })),
    ),
  );
  it.each(cases)("$from to $to, $filter, $stride bytes a pixel", ({ from, to, filter, stride }) => {
    const [width, height] = sides(to);
    const source = image(...sides(from), stride);
    const twin = resizeRowsPlainly(source, height, width, filter);
    let rows = 0;
    for (const row of resizeRows(source, height, width, filter)) {
      expect([...row]).toEqual([...(twin.next().value as Uint8ClampedArray)]);
      rows += 1;
    }
    expect([rows, twin.next().done]).toEqual([height, true]);
  });
});

it("images that are resized in turns do not disturb each other", () => {
  const sources = [image(50, 40, 3), image(30, 60, 4)];
  const pairs = sources.map((source) => ({
    rows: resizeRows(source, 20, 20, "bilinear"),
    twin: resizeRowsPlainly(source, 20, 20, "bilinear"),
  }));
  for (let y = 0; y < 20; y += 1) {
    for (const { rows, twin } of pairs) expect(rows.next()).toEqual(twin.next());
  }
});

it("a kernel whose image was given up in the middle serves the next one", () => {
  const source = image(50, 40, 3);
  for (const _ of resizeRows(source, 20, 20, "bilinear")) break;
  const [first] = resizeRows(source, 20, 20, "bilinear");
  const [twin] = resizeRowsPlainly(source, 20, 20, "bilinear");
  expect(first).toEqual(twin);
});
