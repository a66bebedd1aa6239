import { ImageError, InputError, type RgbImage, Tensor, UnsupportedError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { toCutOut } from "../cut-outs/cut-out.js";
import { noiseBitmap, seeded } from "../masks/__fixtures__/random-masks.js";
import { Mask } from "../masks/mask.js";
import { rleFromBitmap, rleToBitmap } from "../masks/rle.js";
import goldens from "./__fixtures__/label-studio.json" with { type: "json" };
import { erodeRle } from "./erode.js";
import { fromLabelStudioRle, toLabelStudioResults, toLabelStudioRle } from "./label-studio.js";
import { toNpy } from "./npy.js";
import { drawOverlay } from "./overlay.js";
import { hexColor, maskColor, parseHexColor } from "./palette.js";
import { toLabelMap, toLabelMapPng, toMaskPng } from "./png.js";

const random = seeded(8);
const whole = (limit: number) => Math.floor(random() * limit);

/** A square of a 12 x 10 image (width x height). */
function square(x0: number, y0: number, side: number, point?: [number, number]): Mask {
  const bits = new Uint8Array(120);
  for (let y = y0; y < y0 + side; y++) bits.fill(1, y * 12 + x0, y * 12 + x0 + side);
  return new Mask(rleFromBitmap(bits, 12, 10), { point });
}
const image: RgbImage = {
  data: new Uint8Array(360).map((_, i) => i % 251),
  width: 12,
  height: 10,
  channels: 3,
};

describe("PNG sources", () => {
  it("write a mask as 0 and 255", () => {
    const png = toMaskPng(square(1, 1, 2));
    expect([png.width, png.height, png.channels]).toEqual([12, 10, 1]);
    expect(png.data.filter((value) => value === 255)).toHaveLength(4);
    expect(png.data[13]).toBe(255);
  });

  it("write all masks as numbers from 1, the smaller on top, with a palette that starts black", () => {
    const masks = [square(0, 0, 2), square(0, 0, 6)];
    const map = toLabelMap(masks, [10, 12]);
    expect(map.dims).toEqual([10, 12]);
    expect([map.data[0], map.data[2], map.data[7]]).toEqual([1, 2, 0]);
    const png = toLabelMapPng(masks, [10, 12]);
    expect([...png.data]).toEqual([...map.data]);
    expect([...png.palette!]).toEqual([0, 0, 0, ...maskColor(0), ...maskColor(1)]);
    expect(() => toLabelMap(masks, [12, 10])).toThrow(InputError);
    expect(() => toLabelMapPng(Array(256).fill(masks[0]), [10, 12])).toThrow(UnsupportedError);
  });
});

describe("palette", () => {
  it("has a colour of its own for each of the first 255 masks", () => {
    const colors = Array.from({ length: 255 }, (_, i) => maskColor(i));
    expect(new Set(colors.map(hexColor)).size).toBe(255);
    for (const color of colors.flat())
      expect(color >= 0 && color <= 255 && Number.isInteger(color)).toBe(true);
    expect(hexColor([0, 16, 255])).toBe("#0010ff");
    expect(parseHexColor("#0010FF")).toEqual([0, 16, 255]);
    expect(["#0010f", "0010ff", "#0010fg"].map(parseHexColor)).toEqual([undefined, undefined, undefined]);
  });
});

describe("erodeRle", () => {
  it("keeps the pixels whose whole square neighbourhood is inside", () => {
    for (let trial = 0; trial < 200; trial++) {
      const [width, height, radius] = [1 + whole(14), 1 + whole(14), whole(4)];
      const bits = noiseBitmap(random, width, height, 0.9);
      const expected = bits.map((_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        for (let v = y - radius; v <= y + radius; v++) {
          for (let u = x - radius; u <= x + radius; u++) {
            if (u < 0 || v < 0 || u >= width || v >= height || !bits[v * width + u]) return 0;
          }
        }
        return 1;
      });
      expect(rleToBitmap(erodeRle(rleFromBitmap(bits, width, height), radius)).data).toEqual(expected);
    }
  });
});

describe("drawOverlay", () => {
  const at = (data: ArrayLike<number>, x: number, y: number) =>
    Array.from({ length: 3 }, (_, c) => data[3 * (12 * y + x) + c]);

  it("tints the inside, colours the outline and leaves the rest and the image itself alone", () => {
    const before = image.data.slice();
    const { data, channels } = drawOverlay(image, [square(2, 2, 5)], {
      outline: 1,
      opacity: 0.5,
      colors: [[250, 0, 0]],
    });
    expect(channels).toBe(3);
    expect(at(data, 2, 2)).toEqual([250, 0, 0]);
    const [red, green, blue] = at(image.data, 4, 4);
    expect(at(data, 4, 4)).toEqual([
      Math.round((red! + 250) / 2),
      Math.round(green! / 2),
      Math.round(blue! / 2),
    ]);
    expect(at(data, 8, 8)).toEqual(at(image.data, 8, 8));
    expect(image.data).toEqual(before);
  });

  it("draws boxes and clicks on request", () => {
    const mask = square(2, 2, 5, [5, 5]);
    const options = { outline: 0, opacity: 0, colors: [[1, 2, 3]] as const };
    const { data } = drawOverlay(image, [mask], { ...options, boxes: true, points: true });
    expect(at(data, 2, 2)).toEqual([1, 2, 3]);
    expect(at(data, 5, 5)).toEqual([1, 2, 3]);
    expect(drawOverlay(image, [mask], options).data).toEqual(image.data);
  });

  it("refuses images and masks of other sizes", () => {
    expect(() => drawOverlay({ ...image, height: 9 }, [])).toThrow(ImageError);
    expect(() => drawOverlay(image, [new Mask({ size: [1, 1], counts: [1] })])).toThrow(InputError);
  });
});

describe("toCutOut", () => {
  it("cuts the box out, transparent outside the mask, with padding as far as the image reaches", () => {
    const mask = square(1, 2, 3);
    const cut = toCutOut(image, mask);
    expect([cut.width, cut.height, cut.channels, cut.region]).toEqual([3, 3, 4, [1, 2, 4, 5]]);
    expect([...cut.data.slice(0, 4)]).toEqual([...image.data.slice(3 * 25, 3 * 25 + 3), 255]);
    const padded = toCutOut(image, mask, { padding: 2 });
    expect(padded.region).toEqual([0, 0, 6, 7]);
    expect(padded.data[3]).toBe(0);
    expect(padded.data.filter((value, i) => i % 4 === 3 && value === 255)).toHaveLength(9);
    const grey = toCutOut({ data: new Uint8Array(120).fill(9), width: 12, height: 10 }, mask);
    expect([...grey.data.slice(0, 4)]).toEqual([9, 9, 9, 255]);
  });

  it("refuses an empty mask", () => {
    expect(() => toCutOut(image, square(0, 0, 0))).toThrow(/empty mask/);
  });
});

describe("Label Studio's brush RLE", () => {
  /** The obvious decoder of rle-pack's format, bit by bit. */
  function unpack(bytes: readonly number[]): Uint8Array {
    let at = 0;
    const read = (size: number) => {
      let value = 0;
      for (let i = 0; i < size; i++, at++) value = value * 2 + ((bytes[at >> 3]! >> (7 - (at & 7))) & 1);
      return value;
    };
    const out = new Uint8Array(read(32));
    const wordBits = read(5) + 1;
    const sizes = [read(4) + 1, read(4) + 1, read(4) + 1, read(4) + 1];
    for (let from = 0; from < out.length; ) {
      const isRun = read(1) === 1;
      const to = from + read(sizes[read(2)]!) + 1;
      if (isRun) out.fill(read(wordBits), from, to);
      else for (let i = from; i < to; i++) out[i] = read(wordBits);
      from = to;
    }
    return out;
  }

  it("unpacks to the same RGBA bytes as what label-studio-sdk packs", () => {
    for (const { size, bits, rle } of goldens.cases) {
      const expected = Uint8Array.from(bits.flatMap((bit) => Array(4).fill(255 * bit)));
      expect(unpack(rle)).toEqual(expected);
      expect(unpack(toLabelStudioRle(rleFromBitmap(bits, size[1]!, size[0]!)))).toEqual(expected);
    }
  });

  it("is read as the mask that it was made from, by label-studio-sdk or here", () => {
    for (const { size, bits, rle } of goldens.cases) {
      const mask = rleFromBitmap(bits, size[1]!, size[0]!);
      const pixels = [size[0]!, size[1]!] as const;
      expect(fromLabelStudioRle(rle, pixels)).toEqual(mask);
      expect(fromLabelStudioRle(toLabelStudioRle(mask), pixels)).toEqual(mask);
    }
  });

  it("is read by its alpha: a stroke drawn at half strength in any colour is inside, a transparent white is not", () => {
    // One literal of 8 bytes: pixels (9, 0, 0, 128) and (255, 255, 255, 0), with lengths of 3, 4, 8, 16 bits.
    const bits = [8, 7, 2, 3, 7, 15, 0, 0, 7, 9, 0, 0, 128, 255, 255, 255, 0];
    const sizes = [32, 5, 4, 4, 4, 4, 1, 2, 3, 8, 8, 8, 8, 8, 8, 8, 8];
    const text = bits.map((value, i) => value.toString(2).padStart(sizes[i]!, "0")).join("");
    const bytes = (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
    expect([...fromLabelStudioRle(bytes, [1, 2]).counts]).toEqual([0, 1, 1]);
  });

  it("is refused where it is cut off, damaged or of another image", () => {
    const rle = toLabelStudioRle(square(1, 1, 5));
    expect(() => fromLabelStudioRle(rle, [10, 13])).toThrow(/10 x 13/);
    expect(() => fromLabelStudioRle(rle.slice(0, -4), [10, 12])).toThrow(/damaged/);
    expect(() => fromLabelStudioRle([], [10, 12])).toThrow(/0 values/);
  });

  it("splits runs of more than 65,536 bytes, and reads masks strip by strip", () => {
    for (const [width, height] of [
      [300, 200],
      [2200, 2000],
    ] as const) {
      const bits = new Uint8Array(width * height).fill(1, width * 10 + 7, width * (height - 9));
      const unpacked = unpack(toLabelStudioRle(rleFromBitmap(bits, width, height)));
      expect(unpacked.length).toBe(4 * bits.length);
      expect(unpacked.every((value, i) => value === 255 * bits[i >> 2]!)).toBe(true);
    }
  });

  it("stands in a result with the tags' names and the image's size", () => {
    const [result] = toLabelStudioResults([square(0, 0, 2)], { labels: ["cat"] });
    expect(result).toMatchObject({
      type: "brushlabels",
      from_name: "tag",
      to_name: "image",
      original_width: 12,
      original_height: 10,
      value: { format: "rle", brushlabels: ["cat"] },
    });
  });
});

describe("toNpy", () => {
  it("writes NumPy's header, padded to a multiple of 64, then the data", () => {
    const bytes = toNpy(new Tensor("float32", Float32Array.of(1, -2, 3), [3]));
    const text = new TextDecoder("latin1").decode(bytes);
    expect(text.slice(0, 8)).toBe("\x93NUMPY\x01\x00");
    expect(text.slice(10, 69)).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }  ".slice(0, 59),
    );
    expect(bytes.length).toBe(128 + 12);
    expect(text[127]).toBe("\n");
    expect(new Float32Array(bytes.slice(128).buffer)).toEqual(Float32Array.of(1, -2, 3));
    const boolean = toNpy(new Tensor("uint8", new Uint8Array(6), [2, 3]), { boolean: true });
    expect(new TextDecoder("latin1").decode(boolean)).toContain(
      "'|b1', 'fortran_order': False, 'shape': (2, 3), }",
    );
  });
});
