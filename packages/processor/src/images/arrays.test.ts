import { readFileSync } from "node:fs";
import { ImageError, InputError, ShapeError, Tensor, type TensorType } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { type ImageArray, type Images, type PreprocessOptions, Sam2ImageProcessor } from "../index.js";

interface Case {
  readonly type: keyof typeof ARRAYS;
  readonly dims: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly sizes: readonly number[][];
  readonly outDims: readonly number[];
  readonly outType: TensorType;
  readonly values: readonly number[];
}

const ARRAYS = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};
const LARGEST = { uint8: 255, uint16: 65_535, int32: 65_535, float32: 1, float64: 1 };

// Expected numbers: Sam2ImageProcessor of transformers 5.23.0, by make_arrays.py.
const cases = JSON.parse(
  readFileSync(new URL("__fixtures__/arrays.json", import.meta.url), "utf8"),
) as readonly Case[];

/** The formula of make_arrays.py. */
function array(type: Case["type"], dims: readonly number[]): ImageArray {
  const length = dims.reduce((product, size) => product * size, 1);
  const data = new ARRAYS[type](length);
  for (let i = 0; i < length; i += 1) {
    data[i] = (((7919 * i + 31 * Math.floor(i / 8)) % 251) / 250) * LARGEST[type];
  }
  return { dims, data };
}

const camelCase = (options: Case["options"]): PreprocessOptions =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

const processor = new Sam2ImageProcessor({ size: [6, 5] });

describe("images as arrays", () => {
  it.each(cases)("$type $dims with $options: the reference's values", async (one) => {
    const result = await processor.preprocess(array(one.type, one.dims), {
      alpha: "white",
      ...camelCase(one.options),
    });
    expect(result.originalSizes).toEqual(one.sizes);
    expect(result.pixelValues.dims).toEqual(one.outDims);
    expect(result.pixelValues.type).toBe(one.outType);
    // Bytes pass the same tables and are equal. Floats are summed in another order: some roundings of 6e-8, divided by a deviation of 0.224.
    const tolerance = { uint8: 0, uint16: 2e-6, int32: 2e-6, float32: 2e-6, float64: 2e-6 }[one.type];
    let worst = 0;
    for (const [i, value] of one.values.entries()) {
      worst = Math.max(worst, Math.abs((result.pixelValues.data[i] as number) - Math.fround(value)));
    }
    expect(worst).toBeLessThanOrEqual(tolerance);
  });

  it("drops alpha of arrays by default, without blending", async () => {
    const rgba = array("uint8", [9, 11, 4]);
    const rgb = Uint8Array.from(rgba.data.filter((_, i) => i % 4 < 3));
    const [one, other] = await Promise.all([
      processor.preprocess(rgba),
      processor.preprocess({ dims: [9, 11, 3], data: rgb }),
    ]);
    expect(one.pixelValues.data).toEqual(other.pixelValues.data);
  });

  it("takes tensors, lists of them, and numbers with a width and a height", async () => {
    const { data } = array("float32", [9, 11, 3]);
    const options = { doRescale: false };
    const wanted = (await processor.preprocess({ dims: [9, 11, 3], data }, options)).pixelValues.data;
    const tensor = new Tensor("float32", data as Float32Array, [9, 11, 3]);
    for (const images of [tensor, [tensor], [[tensor]], { data, width: 11, height: 9 }] as Images[]) {
      expect((await processor.preprocess(images, options)).pixelValues.data).toEqual(wanted);
    }
    const two = await processor.preprocess([tensor, { dims: [1, 9, 11, 3], data }], options);
    expect(two.pixelValues.dims).toEqual([2, 3, 6, 5]);
  });

  it.each([
    ["a plane without channels", { dims: [9, 11], data: new Uint8Array(99) }, ShapeError, /\[9, 11\]/],
    ["five channels", { dims: [9, 11, 5], data: new Uint8Array(495) }, ShapeError, /inputDataFormat/],
    ["another number of values", { dims: [9, 11, 3], data: new Uint8Array(5) }, ShapeError, /5 numbers/],
    ["float16", { type: "float16", dims: [9, 11, 3], data: new Uint16Array(297) }, InputError, /float16/],
    ["int64", { type: "int64", dims: [9, 11, 3], data: new BigInt64Array(297) }, InputError, /Float32Array/],
    ["a long side", { dims: [1, 70_000, 3], data: new Uint8Array(210_000) }, ImageError, /65536/],
    ["no images", { dims: [0, 9, 11, 3], data: new Uint8Array(0) }, ShapeError, /0 numbers/],
  ])("refuses %s", async (_, image, type, message) => {
    const error = await processor.preprocess(image as unknown as Images).catch((caught) => caught);
    expect(type.isInstance(error)).toBe(true);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^images\[0\]: expected .*, got /);
  });

  it("refuses floats beyond 0 to 1 beside alpha, and an unknown format", async () => {
    const image = { dims: [2, 2, 4], data: new Float32Array(16).fill(1).fill(255, 4, 6) };
    await expect(processor.preprocess(image, { alpha: "white" })).rejects.toThrow(/0 to 1/);
    await expect(processor.preprocess(image, { inputDataFormat: "CHW" as never })).rejects.toThrow(
      /inputDataFormat: expected "channels_first" or "channels_last", got "CHW"/,
    );
  });
});
