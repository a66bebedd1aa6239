import { describe, expect, it } from "vitest";
import { isKnownMatrix, lacksEdge, rgbToI420, WRITTEN_COLOURS, yuvToRgb } from "./yuv.js";

const LAYOUT = { width: 2, height: 2, across: 2, down: 2 } as const;
const plain = (y: number, u: number, v: number) => Uint8Array.from([y, y, y, y, u, v]);
const first = (planes: Uint8Array, colours: Parameters<typeof yuvToRgb>[2]) => [
  ...yuvToRgb(planes, LAYOUT, colours).data.subarray(0, 3),
];

describe("planes of light and colour", () => {
  // Expected numbers: the colour bars of ITU-R BT.709 and BT.601 at 75 % (191 of 255), as test pictures have them; rounding moves them by at most 2.
  it.each([
    ["bt709", "red", [51, 109, 212], [191, 0, 0]],
    ["bt709", "green", [133, 63, 52], [0, 191, 0]],
    ["bt709", "blue", [28, 212, 120], [0, 0, 191]],
    ["smpte170m", "red", [65, 100, 212], [191, 0, 0]],
    ["smpte170m", "green", [112, 72, 58], [0, 191, 0]],
    ["smpte170m", "blue", [35, 212, 114], [0, 0, 191]],
  ] as const)("are the colours that %s says: %s", (matrix, _, [y, u, v], expected) => {
    for (const [i, value] of first(plain(y, u, v), { matrix }).entries()) {
      expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(2);
    }
  });

  it("without a word on the matrix are BT.601, as FFmpeg takes them", () => {
    const planes = plain(65, 100, 212);
    expect(first(planes, {})).toEqual(first(planes, { matrix: "smpte170m" }));
    expect([isKnownMatrix(null), isKnownMatrix("bt709"), isKnownMatrix("rgb")]).toEqual([true, true, false]);
  });

  it("reach from 16 to 235, or over the full range", () => {
    expect(first(plain(16, 128, 128), {})).toEqual([0, 0, 0]);
    expect(first(plain(235, 128, 128), {})).toEqual([255, 255, 255]);
    expect(first(plain(77, 128, 128), { fullRange: true })).toEqual([77, 77, 77]);
  });

  it("may be shared by two pixels, by four, or by none, also at odd sizes", () => {
    const grey = { width: 3, height: 3 };
    for (const [across, down, shared] of [
      [1, 1, 9],
      [2, 1, 6],
      [2, 2, 4],
    ] as const) {
      const planes = new Uint8Array(9 + 2 * shared).fill(126).fill(128, 9);
      const { data } = yuvToRgb(planes, { ...grey, across, down }, {});
      expect([...data], `${across} x ${down}`).toEqual(new Array(27).fill(128));
    }
  });

  it("written from a picture and read again give it back, to the rounding of three planes", () => {
    const [width, height] = [4, 2];
    const colour = (x: number) => (x < 2 ? [200, 40, 90] : [10, 180, 250]);
    const data = Uint8Array.from(Array.from({ length: width * height }, (_, i) => colour(i % width)).flat());
    const planes = rgbToI420({ data, width, height, channels: 3 }, width, height);
    const again = yuvToRgb(planes, { width, height, across: 2, down: 2 }, WRITTEN_COLOURS);
    for (const [i, value] of again.data.entries()) expect(Math.abs(value - data[i]!)).toBeLessThanOrEqual(2);
  });

  it("may have 10 or 12 bits, as 16-bit numbers", () => {
    for (const bits of [10, 12] as const) {
      const unit = 2 ** (bits - 8);
      const samples = Uint16Array.from([133, 133, 133, 133, 63, 52].map((value) => value * unit));
      const planes = new Uint8Array(samples.buffer);
      const { data } = yuvToRgb(planes, { ...LAYOUT, bits }, { matrix: "bt709" });
      for (const [i, value] of [0, 191, 0].entries())
        expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(2);
    }
  });

  it("may have U and V in turn in one plane, and rows with gaps", () => {
    const planes = Uint8Array.from([133, 133, 9, 133, 133, 9, 63, 52, 9, 9]);
    const places = [
      { offset: 0, stride: 3 },
      { offset: 6, stride: 4 },
    ];
    const { data } = yuvToRgb(planes, { ...LAYOUT, isSemiPlanar: true, planes: places }, { matrix: "bt709" });
    for (const [i, value] of [0, 191, 0].entries()) expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(2);
  });

  it("take the last column and row from BT.601 pixels where a decoder left their U and V out", () => {
    // 3 x 3 red pixels of BT.709, U and V given for the first 2 x 2 alone.
    const planes = Uint8Array.from([...new Array(9).fill(51), 109, 212]);
    const layout = { width: 3, height: 3, across: 2, down: 2 } as const;
    const places = [0, 9, 10].map((offset, i) => ({ offset, stride: i === 0 ? 3 : 1 }));
    expect(lacksEdge(planes, { ...layout, planes: places })).toBe(true);
    const as601 = yuvToRgb(Uint8Array.from([51, 51, 51, 51, 109, 212]), LAYOUT, {}).data;
    const rgba = Uint8Array.from({ length: 36 }, (_, i) => (i % 4 === 3 ? 255 : as601[i % 4]!));
    const { data } = yuvToRgb(planes, { ...layout, planes: places }, { matrix: "bt709" }, rgba);
    for (let pixel = 0; pixel < 9; pixel++)
      for (let i = 0; i < 3; i++) expect(Math.abs(data[3 * pixel + i]! - data[i]!)).toBeLessThanOrEqual(2);
  });
});
