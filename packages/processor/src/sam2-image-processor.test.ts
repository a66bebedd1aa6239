import {
  ConfigError,
  ImageError,
  InputError,
  NotFoundError,
  type PixelImage,
  ShapeError,
  Tensor,
  UnsupportedError,
} from "@sam2js/core";
import { type GoldenTensor, loadGolden } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { type ImageOptions, Sam2ImageProcessor, Sam2ImageProcessorFast } from "./index.js";
import { IMAGE_OPTION_NAMES, toSnakeCase } from "./options/image-settings.js";

const golden = loadGolden("processor");
const cases = Object.entries(golden.cases).filter(([, { kind }]) => kind === "image");

function fromSnakeCase(options: Readonly<Record<string, unknown>>): ImageOptions {
  const names = Object.keys(options).map((key) => [
    key,
    IMAGE_OPTION_NAMES.find((n) => toSnakeCase(n) === key),
  ]);
  return Object.fromEntries(names.map(([key, name]) => [name ?? key, options[key as string]]));
}

function toPixels({ dims, data }: GoldenTensor): PixelImage {
  // An array [1, 1, 3] is one grey channel of 1 x 3 pixels for the reference, which guesses the axes.
  if (dims[0] === 1) return { data: data as Uint8Array, height: dims[1]!, width: dims[2]!, channels: 1 };
  return { data: data as Uint8Array, height: dims[0]!, width: dims[1]!, channels: 3 };
}

function noise(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3): PixelImage {
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => (i * 7919 + (i >> 3) * 31) % 256,
  );
  return { data, width, height, channels };
}

describe("against the reference", () => {
  it("has goldens of every filter that the reference runs", () => {
    for (const filter of ["nearest", "bilinear", "bicubic", "lanczos"]) {
      expect(cases.some(([name]) => name.startsWith(`resample_${filter}`))).toBe(true);
    }
  });

  it.each(cases)(
    "%s: pixels, sizes and labels are the reference's",
    async (_, { options, inputs, outputs, facts }) => {
      const { constructor: settings, call } = options as Record<
        "constructor" | "call",
        Record<string, unknown>
      >;
      const processor = new Sam2ImageProcessor(fromSnakeCase(settings));
      const images = golden.resolveList(inputs?.images).map(toPixels);
      const maps = inputs?.segmentation_maps && golden.resolveList(inputs.segmentation_maps);
      const result = await processor.preprocess(images, { ...fromSnakeCase(call), segmentationMaps: maps });
      const wanted = golden.resolveTensor(outputs?.pixel_values);
      expect(result.pixelValues.type).toBe(wanted.type);
      expect(result.pixelValues.dims).toEqual(wanted.dims);
      // Bytes are equal; normalised values too, since each is one of 256 that are rounded as the reference rounds them.
      expect(differences(result.pixelValues.data, wanted.data)).toEqual({ count: 0, largest: 0 });
      expect(result.originalSizes).toEqual(facts?.original_sizes);
      if (!outputs?.labels) return;
      const labels = golden.resolveTensor(outputs.labels);
      expect(result.labels?.dims).toEqual(labels.dims);
      expect(result.labels?.data).toEqual(labels.data);
    },
  );
});

function differences(actual: ArrayLike<number>, wanted: ArrayLike<number>) {
  let count = 0;
  let largest = 0;
  for (let i = 0; i < wanted.length; i += 1) {
    const distance = Math.abs(actual[i]! - wanted[i]!);
    if (!(distance <= 0)) count += 1;
    largest = Math.max(largest, distance);
  }
  return { count, largest };
}

describe("large images", () => {
  const long = { data: new Uint8Array(65_536 * 3), width: 1, height: 65_536, channels: 3 } as const;

  it("hear an abort between rows", async () => {
    const controller = new AbortController();
    let looks = 0;
    const signal = Object.assign(controller.signal, {
      throwIfAborted() {
        looks += 1;
        if (looks === 20) controller.abort("enough");
        AbortSignal.prototype.throwIfAborted.call(controller.signal);
      },
    });
    await expect(new Sam2ImageProcessor().preprocess(long, { signal })).rejects.toBe("enough");
    expect(looks).toBe(20);
  });

  it.each([
    { data: new Uint8Array(0), width: 50_000_000, height: 1, channels: 3 },
    { data: new Uint8Array(0), width: 1, height: 10_000_000, channels: 3 },
    { data: new Uint8Array(0), width: 60_000, height: 60_000, channels: 3 },
  ] as const)("of $width x $height are refused by their size", async (image) => {
    await expect(new Sam2ImageProcessor().preprocess(image)).rejects.toThrow(
      /^images\[0\]: expected .*(65536|512000000)/,
    );
  });

  it("of a decoder are looked at again", async () => {
    const runtime = { decodeImage: async () => ({ ...long, height: 70_000 }) };
    await expect(new Sam2ImageProcessor({ runtime }).preprocess("a.png")).rejects.toThrow(/65536/);
  });
});

describe("transparency", () => {
  const rgba = {
    data: Uint8Array.of(200, 100, 50, 128, 10, 20, 30, 0),
    width: 2,
    height: 1,
    channels: 4,
  } as const;
  const plain: ImageOptions = { doResize: false, doRescale: false, doNormalize: false };
  const values = async (options: ImageOptions) => [
    ...(await new Sam2ImageProcessor(plain).preprocess(rgba, options)).pixelValues.data,
  ];

  it("is dropped, or blended with white", async () => {
    expect(await values({})).toEqual([200, 10, 100, 20, 50, 30]);
    // convert_to_rgb of transformers 5.23.0 makes (227, 177, 152) and white of them.
    expect(await values({ alpha: "white" })).toEqual([227, 255, 177, 255, 152, 255]);
    expect(await values({ alpha: "white", doConvertRgb: false, doNormalize: false })).toEqual([
      200, 10, 100, 20, 50, 30, 128, 0,
    ]);
  });

  it("is handed to the decoder, kept in toJSON where it is not the default, and checked", async () => {
    const asked: unknown[] = [];
    const runtime = {
      decodeImage: async (_: unknown, options?: { alpha?: unknown }) => {
        asked.push(options?.alpha);
        return { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } as const;
      },
    };
    const processor = new Sam2ImageProcessor({ runtime, alpha: "white" });
    await processor.preprocess(["a.png"]);
    await processor.preprocess("a.png", { alpha: "drop" });
    expect(asked).toEqual(["white", "drop"]);
    expect(Sam2ImageProcessor.fromJSON(processor.toJSON()).settings.alpha).toBe("white");
    expect(new Sam2ImageProcessor().toJSON()).not.toHaveProperty("alpha");
    expect(() => new Sam2ImageProcessor({ alpha: "black" as never })).toThrow(
      /alpha: expected "drop" or "white"/,
    );
  });
});

describe("images", () => {
  const plain: ImageOptions = { doRescale: false, doNormalize: false };

  it("drops alpha instead of blending it", async () => {
    const rgb = noise(9, 7);
    const data = new Uint8ClampedArray(9 * 7 * 4);
    for (let i = 0; i < 63; i += 1) data.set([...rgb.data.subarray(i * 3, i * 3 + 3), i], i * 4);
    const processor = new Sam2ImageProcessor({ size: 16 });
    const opaque = await processor.preprocess(rgb);
    const transparent = await processor.preprocess({ data, width: 9, height: 7 });
    expect(transparent.pixelValues.data).toEqual(opaque.pixelValues.data);
  });

  it("repeats grey in all three channels", async () => {
    const grey = noise(5, 4, 1);
    const processor = new Sam2ImageProcessor({ size: 8, ...plain });
    const { pixelValues } = await processor.preprocess(grey);
    expect(pixelValues.dims).toEqual([1, 3, 8, 8]);
    expect(pixelValues.data.subarray(0, 64)).toEqual(pixelValues.data.subarray(128, 192));
    const kept = await processor.preprocess(grey, { doConvertRgb: false });
    expect(kept.pixelValues.dims).toEqual([1, 1, 8, 8]);
    expect(kept.pixelValues.data).toEqual(pixelValues.data.subarray(0, 64));
  });

  it("keeps a flat image flat, whatever the filter", async () => {
    for (const resample of ["nearest", "bilinear", "bicubic", "lanczos"] as const) {
      const image: PixelImage = {
        data: new Uint8Array(31 * 17 * 3).fill(173),
        width: 31,
        height: 17,
        channels: 3,
      };
      const { pixelValues } = await new Sam2ImageProcessor({ size: [40, 11], resample, ...plain }).preprocess(
        image,
      );
      expect(new Set(pixelValues.data)).toEqual(new Set([173]));
    }
  });

  it("takes lists and lists of lists, in order", async () => {
    const processor = new Sam2ImageProcessor({ size: 4 });
    const images = [noise(3, 5), noise(8, 2), noise(6, 6)];
    const flat = await processor.preprocess(images);
    const nested = await processor.preprocess([[images[0]!, images[1]!], [images[2]!]]);
    expect(flat.originalSizes).toEqual([
      [5, 3],
      [2, 8],
      [6, 6],
    ]);
    expect(nested).toEqual(flat);
  });

  it("keeps the aspect ratio where the size asks for it", async () => {
    const sizeOf = async (size: ImageOptions["size"], options: ImageOptions = {}) =>
      (await new Sam2ImageProcessor({ size, ...options }).preprocess(noise(40, 20))).pixelValues.dims.slice(
        2,
      );
    expect(await sizeOf({ shortestEdge: 10 })).toEqual([10, 20]);
    expect(await sizeOf({ shortestEdge: 10, longestEdge: 15 })).toEqual([8, 15]);
    expect(await sizeOf({ maxHeight: 30, maxWidth: 30 })).toEqual([15, 30]);
    expect(await sizeOf(10, { defaultToSquare: false })).toEqual([10, 20]);
    expect(await sizeOf([6, 9])).toEqual([6, 9]);
  });

  it("cuts out of the middle, and adds a black margin to smaller images", async () => {
    const image: PixelImage = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), width: 3, height: 2, channels: 1 };
    const crop = (cropSize: readonly [number, number]) =>
      new Sam2ImageProcessor({ doResize: false, doConvertRgb: false, doCenterCrop: true, cropSize, ...plain })
        .preprocess(image)
        .then(({ pixelValues }) => [...pixelValues.data]);
    expect(await crop([1, 1])).toEqual([2]);
    expect(await crop([2, 2])).toEqual([1, 2, 4, 5]);
    expect(await crop([3, 4])).toEqual([1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0]);
  });

  it("pads a batch at the right and the bottom", async () => {
    const processor = new Sam2ImageProcessor({ doResize: false, doPad: true, ...plain });
    const { pixelValues } = await processor.preprocess([noise(2, 3), noise(4, 1)]);
    expect(pixelValues.dims).toEqual([2, 3, 3, 4]);
    const [first] = noise(2, 3).data;
    expect([...pixelValues.data.subarray(0, 4)]).toEqual([first, noise(2, 3).data[3], 0, 0]);
    await expect(processor.preprocess(noise(4, 4), { padSize: 3 })).rejects.toBeInstanceOf(ShapeError);
  });

  it("asks the runtime for what is not pixels, and only for that", async () => {
    const asked: unknown[] = [];
    const decodeImage = async (source: unknown) => {
      asked.push(source);
      return { ...noise(3, 2), channels: 3 as const };
    };
    const processor = new Sam2ImageProcessor({ runtime: { decodeImage }, size: 4 });
    const { originalSizes } = await processor.preprocess(["a.png", noise(5, 5)]);
    expect(asked).toEqual(["a.png"]);
    expect(originalSizes).toEqual([
      [2, 3],
      [5, 5],
    ]);
  });

  it("leaves its input untouched", async () => {
    const image = noise(13, 9);
    const before = image.data.slice();
    await new Sam2ImageProcessor({ size: 8 }).preprocess(image);
    expect(image.data).toEqual(before);
  });
});

describe("segmentation maps", () => {
  const processor = new Sam2ImageProcessor({ size: 8, maskSize: 2 });

  it("takes large class numbers, grey images and several maps in one tensor", async () => {
    const map = new Tensor("int32", Int32Array.of(70000, 1, 2, 3), [2, 2]);
    const { labels } = await processor.preprocess(noise(2, 2), { segmentationMaps: map });
    expect(labels?.dims).toEqual([1, 2, 2]);
    expect([...labels!.data]).toEqual([70000, 1, 2, 3]);
    const grey = { data: Uint8Array.of(9, 9, 9, 4, 4, 4), width: 2, height: 1, channels: 3 } as const;
    const fromImage = await processor.preprocess(noise(2, 2), { segmentationMaps: grey });
    expect([...fromImage.labels!.data]).toEqual([9, 4, 9, 4]);
    const two = new Tensor("uint8", Uint8Array.of(1, 2), [2, 1, 1]);
    const both = await processor.preprocess([noise(2, 2), noise(3, 3)], { segmentationMaps: two });
    expect([...both.labels!.data]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it("keeps the numbers of palettes and 16-bit files, as the reference does", async () => {
    // Made by Pillow 13.0.0: [[0, 7], [7, 300]] as I;16, and [[0, 7], [7, 0]] with a palette that is black throughout.
    const deep =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACEAAAAAAHTY67AAAAEklEQVR4nGNgYGBgZ2JgZ1QFAAB6ADefovY6AAAAAElFTkSuQmCC";
    const palette =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACBAMAAACAmBAXAAAAGFBMVEUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABWNxwqAAAADElEQVR4nGNgZ8oEAACGAHPYIiCEAAAAAElFTkSuQmCC";
    const bytes = [deep, palette].map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    const { labels } = await processor.preprocess([noise(2, 2), noise(2, 2)], { segmentationMaps: bytes });
    expect([...labels!.data]).toEqual([0, 7, 7, 300, 0, 7, 7, 0]);
    const runtime = {
      decodeImage: () => Promise.reject(new TypeError("RGB would lose the numbers")),
      readImageBytes: async () => bytes[0]!,
    };
    const fromPath = await new Sam2ImageProcessor({ size: 8, maskSize: 2, runtime }).preprocess(noise(2, 2), {
      segmentationMaps: "map.png",
    });
    expect([...fromPath.labels!.data]).toEqual([0, 7, 7, 300]);
  });

  it("refuses colours, other shapes and another number of maps", async () => {
    const run = (segmentationMaps: Parameters<typeof processor.preprocess>[1]) =>
      processor.preprocess(noise(2, 2), segmentationMaps);
    await expect(run({ segmentationMaps: noise(2, 2) })).rejects.toThrow(/grey image/);
    const flat = new Tensor("uint8", new Uint8Array(4), [4]);
    await expect(run({ segmentationMaps: flat })).rejects.toBeInstanceOf(ShapeError);
    const map = flat.reshape([2, 2]);
    await expect(run({ segmentationMaps: [map, map] })).rejects.toThrow(/one per image, 1, got 2/);
  });
});

describe("settings", () => {
  it("come from the file, then the constructor, then the call, and null means not given", async () => {
    const processor = Sam2ImageProcessor.fromJSON(
      { size: { height: 32, width: 32 }, do_normalize: null, resample: 3, image_mean: [0, 0, 0] },
      { resample: "bilinear" },
    );
    expect(processor.settings.size).toEqual({ height: 32, width: 32 });
    expect(processor.settings.doNormalize).toBe(true);
    expect(processor.settings.resample).toBe("bilinear");
    expect(processor.settings.imageMean).toEqual([0, 0, 0]);
    expect((await processor.preprocess(noise(4, 4), { size: 16 })).pixelValues.dims).toEqual([1, 3, 16, 16]);
    expect((await processor.preprocess(noise(4, 4))).pixelValues.dims).toEqual([1, 3, 32, 32]);
  });

  it("are written back as they were read, unknown keys too", () => {
    const json = {
      image_processor_type: "Sam2ImageProcessorFast",
      processor_class: "Sam2VideoProcessor",
      something_new: { deep: [1] },
      ...new Sam2ImageProcessor({ size: [64, 48], resample: 0, doPad: true, padSize: 64 }).toJSON(),
    };
    expect(Sam2ImageProcessor.fromJSON(json).toJSON()).toEqual(json);
    expect(Sam2ImageProcessor.fromJSON({ image_processor: json }).toJSON()).toEqual(json);
    expect(json).toMatchObject({ resample: 0, size: { height: 64, width: 48 }, do_pad: true });
  });

  it("follow imageSize: masks have a quarter of its side", () => {
    const { settings } = Sam2ImageProcessor.fromJSON({}, { imageSize: 512 });
    expect(settings.size).toEqual({ height: 512, width: 512 });
    expect(settings.maskSize).toEqual({ height: 128, width: 128 });
    expect(() => Sam2ImageProcessor.fromJSON({}, { imageSize: 510 })).toThrow(InputError);
  });

  it("load from processor_config.json before preprocessor_config.json", async () => {
    const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
    const flat = bytes({ size: { height: 64, width: 64 } });
    const load = (files: Record<string, Uint8Array>) =>
      Sam2ImageProcessor.fromPretrained({ name: "test", files }).then(({ settings }) => settings.size);
    expect(await load({ "preprocessor_config.json": flat })).toEqual({ height: 64, width: 64 });
    const whole = bytes({ image_processor: { size: 32 } });
    const both = { "preprocessor_config.json": flat, "processor_config.json": whole };
    expect(await load(both)).toEqual({ height: 32, width: 32 });
    const without = bytes({ target_size: 64 });
    expect(await load({ ...both, "processor_config.json": without })).toEqual({ height: 64, width: 64 });
    await expect(load({ "processor_config.json": without })).rejects.toBeInstanceOf(NotFoundError);
  });

  it("name the key of a file that is wrong", () => {
    const read = (json: unknown) => () => Sam2ImageProcessor.fromJSON(json);
    expect(read({ image_processor: { size: "big" } })).toThrow(/^image_processor\.size: expected/);
    expect(read({ do_resize: 1 })).toThrow(/preprocessor_config\.do_resize: expected true or false, got 1/);
    for (const json of [
      null,
      [],
      "x",
      3,
      { image_processor: 7 },
      { image_std: [1, 0, 1] },
      { resample: 6 },
    ]) {
      expect(read(json)).toThrow(ConfigError);
    }
  });

  it("refuse options that do not exist, and say which was meant", () => {
    expect(() => new Sam2ImageProcessor({ do_resize: false } as object)).toThrow(/write doResize/);
    expect(() => new Sam2ImageProcessor({ sise: 3 } as object)).toThrow(InputError);
  });

  it("are the same class under the reference's other name", () => {
    expect(Sam2ImageProcessorFast).toBe(Sam2ImageProcessor);
  });
});

describe("what cannot be", () => {
  const processor = new Sam2ImageProcessor({ size: 8 });

  it.each([
    ["no runtime", "photo.jpg", InputError],
    ["a number", 5 as never, InputError],
    ["nothing", null as never, InputError],
    ["no images", [], InputError],
    ["too few bytes", { data: new Uint8Array(11), width: 2, height: 2, channels: 3 }, ImageError],
    ["a missing channel count", { data: new Uint8Array(12), width: 2, height: 2 }, ImageError],
    ["a side of 0", { data: new Uint8Array(0), width: 0, height: 2, channels: 3 }, ImageError],
    ["half a pixel", { data: new Uint8Array(3), width: 0.5, height: 2, channels: 3 }, ImageError],
  ] as const)("ends in a typed error: %s", async (_, image, type) => {
    await expect(processor.preprocess(image)).rejects.toSatisfy((error) => type.isInstance(error));
  });

  it("box and hamming cannot be run, as in the reference", async () => {
    for (const resample of ["box", 5] as const) {
      const run = processor.preprocess(noise(2, 2), { resample });
      await expect(run).rejects.toSatisfy((error) => UnsupportedError.isInstance(error));
    }
  });

  it("images of different sizes make no batch without resizing", async () => {
    const run = processor.preprocess([noise(2, 2), noise(3, 2)], { doResize: false });
    await expect(run).rejects.toThrow(/images\[1\]: expected \[3, 2, 2\] like images\[0\]/);
  });

  it("images that are not resized are no larger than resized ones, also where they are padded to each other", async () => {
    const large = { data: new Uint8Array(8193 * 8192), width: 8193, height: 8192, channels: 1 } as const;
    const tall = { data: new Uint8Array(65_536), width: 1, height: 65_536, channels: 1 } as const;
    const wide = { ...tall, width: 65_536, height: 1 };
    const options = { doResize: false } as const;
    const { pixelValues } = await processor.preprocess(tall, options);
    expect(pixelValues.dims).toEqual([1, 3, 65_536, 1]);
    const crop = await processor.preprocess(large, { ...options, doCenterCrop: true, cropSize: 4 });
    expect(crop.pixelValues.dims).toEqual([1, 3, 4, 4]);
    for (const run of [
      processor.preprocess(large, options),
      processor.preprocess([tall, wide], { ...options, doPad: true }),
    ])
      await expect(run).rejects.toSatisfy(
        (error) => InputError.isInstance(error) && error.facts.name === "doResize",
      );
  });

  it("an aborted signal rejects with its reason", async () => {
    const reason = new Error("enough");
    const run = processor.preprocess(noise(2, 2), { signal: AbortSignal.abort(reason) });
    await expect(run).rejects.toBe(reason);
  });

  it("means for another number of channels are refused", async () => {
    const run = processor.preprocess(noise(2, 2, 1), { doConvertRgb: false });
    await expect(run).rejects.toThrow(/imageMean: expected 1 values/);
  });
});
