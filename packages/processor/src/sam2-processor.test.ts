import { ConfigError, InputError, type PixelImage, Sam2Error, ShapeError, Tensor } from "@sam2js/core";
import { loadGolden } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { type ProcessInputs, Sam2ImageProcessor, Sam2Processor } from "./index.js";

const golden = loadGolden("processor");
const casesOf = (kind: string) => Object.entries(golden.cases).filter(([, one]) => one.kind === kind);

interface PromptCase {
  readonly target_size: number;
  readonly original_sizes: [number, number][] | null;
  readonly input_points?: number[][][][];
  readonly input_labels?: number[][][];
  readonly input_boxes?: number[][][];
}

function processorFor(targetSize: number): Sam2Processor {
  return new Sam2Processor(new Sam2ImageProcessor({ size: targetSize }));
}

function toInputs(options: PromptCase): ProcessInputs {
  return {
    originalSizes: options.original_sizes,
    inputPoints: options.input_points,
    inputLabels: options.input_labels,
    inputBoxes: options.input_boxes,
  };
}

const image = (width: number, height: number): PixelImage => ({
  data: new Uint8Array(width * height * 3).fill(90),
  width,
  height,
  channels: 3,
});

describe("against the reference", () => {
  it.each(casesOf("prompts"))(
    "%s: coordinates, padding and labels are the reference's",
    async (_, { options, outputs }) => {
      const given = options as unknown as PromptCase;
      const result = await processorFor(given.target_size).process(toInputs(given));
      for (const [name, key] of [
        ["input_points", "inputPoints"],
        ["input_labels", "inputLabels"],
        ["input_boxes", "inputBoxes"],
      ] as const) {
        const ref = outputs?.[name];
        if (!ref) {
          // Points without labels get labels here, so that their padding is not taken for clicks.
          if (name !== "input_labels" || !given.input_points) expect(result[key]).toBeUndefined();
          continue;
        }
        const wanted = golden.resolveTensor(ref);
        expect(result[key]?.type).toBe(wanted.type);
        expect(result[key]?.dims).toEqual(wanted.dims);
        expect(result[key]?.data).toEqual(wanted.data);
      }
    },
  );

  it.each(casesOf("prompt_error"))("%s: a typed error", async (_, { options }) => {
    const text = JSON.stringify(options);
    const number = (_: string, value: unknown) =>
      value === "nan" ? Number.NaN : value === "inf" ? 1 / 0 : value;
    const given = JSON.parse(text, number) as PromptCase;
    await expect(processorFor(given.target_size).process(toInputs(given))).rejects.toSatisfy((error) =>
      InputError.isInstance(error),
    );
  });
});

describe("prompts", () => {
  const processor = processorFor(128);
  const sizes = [[64, 32]];
  const points = [
    [
      [[8, 16]],
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ];

  it("of images are scaled by the sizes of the images", async () => {
    const result = await processor.process({
      images: [image(32, 64), image(128, 16)],
      inputPoints: [[[[8, 16]]], [[[8, 4]]]],
      inputBoxes: [[[0, 0, 32, 64]], [[0, 0, 128, 16]]],
    });
    expect(result.pixelValues.dims).toEqual([2, 3, 128, 128]);
    expect(result.originalSizes).toEqual([
      [64, 32],
      [16, 128],
    ]);
    expect([...result.inputPoints!.data]).toEqual([32, 32, 8, 32]);
    expect([...result.inputBoxes!.data]).toEqual([0, 0, 128, 128, 0, 0, 128, 128]);
  });

  it("stay finite in the model's pixels: what would leave float32 there is refused", async () => {
    const far = (x: number) => processor.process({ originalSizes: [[1, 1]], inputBoxes: [[[-x, 0, x, 1]]] });
    expect((await far(1e30)).inputBoxes?.data.every(Number.isFinite)).toBe(true);
    await expect(far(3e38)).rejects.toThrow(/expected a number from -1e\+30 to 1e\+30, got -3e\+38/);
  });

  it("without labels are positive, and their padding is padding", async () => {
    const { inputPoints, inputLabels } = await processor.process({
      originalSizes: sizes,
      inputPoints: points,
    });
    expect(inputPoints?.dims).toEqual([1, 2, 2, 2]);
    expect([...inputPoints!.data]).toEqual([32, 32, -10, -10, 4, 4, 12, 8]);
    expect([...inputLabels!.data]).toEqual([1, -10, 1, 1]);
  });

  it("may leave an image or an object without points in a ragged batch", async () => {
    const { inputPoints, inputLabels } = await processor.process({
      originalSizes: [
        [128, 128],
        [128, 128],
      ],
      inputPoints: [[], [[], [[5, 6]]]],
    });
    expect([...inputPoints!.data]).toEqual([-10, -10, -10, -10, -10, -10, 5, 6]);
    expect([...inputLabels!.data]).toEqual([-10, -10, -10, 1]);
  });

  it("are taken as tensors, plain tensors, arrays of tensors and typed rows alike", async () => {
    const nested = [
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [
        [
          [5, 6],
          [7, 8],
        ],
      ],
    ];
    const flat = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const originalSizes = [
      [64, 32],
      [16, 128],
    ];
    const wanted = await processor.process({ originalSizes, inputPoints: nested });
    const tensor = new Tensor("float32", flat, [2, 1, 2, 2]);
    const parts = [0, 4].map((i) => new Tensor("float32", flat.slice(i, i + 4), [1, 2, 2]));
    const rows = nested.map((a) => a.map((b) => b.map((c) => Float64Array.from(c))));
    const plain = { type: "int32", data: Int32Array.from(flat), dims: [2, 1, 2, 2] } as const;
    for (const inputPoints of [tensor, parts, rows, plain]) {
      expect(await processor.process({ originalSizes, inputPoints })).toEqual(wanted);
    }
    const asTensor = new Tensor("int32", Int32Array.of(64, 32, 16, 128), [2, 2]);
    expect(await processor.process({ originalSizes: asTensor, inputPoints: nested })).toEqual(wanted);
  });

  it("do not change what was given", async () => {
    const given = structuredClone(points);
    await processor.process({ originalSizes: sizes, inputPoints: given });
    expect(given).toEqual(points);
  });

  it("pad points and labels with -10", async () => {
    const other = new Sam2Processor(new Sam2ImageProcessor(), { targetSize: 64 });
    const { inputPoints, inputLabels } = await other.process({ originalSizes: sizes, inputPoints: points });
    expect([...inputPoints!.data]).toEqual([16, 16, -10, -10, 2, 2, 6, 4]);
    expect([...inputLabels!.data]).toEqual([1, -10, 1, 1]);
  });

  it("of int64 are taken, as numbers, rows and tensors", async () => {
    const wanted = await processor.process({
      originalSizes: [[8, 8]],
      inputPoints: [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
      inputLabels: [[[1, 0]]],
    });
    const wide = BigInt64Array.of(1n, 0n);
    for (const inputLabels of [[[wide]], [[[1n, 0n]]], { type: "int64", dims: [1, 1, 2], data: wide }]) {
      const given = {
        originalSizes: [[8, 8]],
        inputPoints: [
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
        ],
        inputLabels,
      } as unknown as ProcessInputs;
      expect(await processor.process(given)).toEqual(wanted);
    }
  });

  it("have limits, which are looked at before anything is made", async () => {
    const error = async (inputs: ProcessInputs) =>
      processor.process({ originalSizes: [[8, 8]], ...inputs }).catch((caught) => caught);
    const lying = (length: number) =>
      new Proxy([], { get: (list, key) => (key === "length" ? length : Reflect.get(list, key)) });
    const cases: [ProcessInputs, RegExp][] = [
      [
        { inputPoints: [[lying(20_000)]] as never },
        /^inputPoints\[0\]\[0\]: expected at most 1024 points, got 20000/,
      ],
      [
        { inputLabels: [[new Int32Array(1025)]] },
        /^inputLabels\[0\]\[0\]: expected at most 1024 points, got 1025/,
      ],
      [{ inputPoints: [lying(5000)] as never }, /^inputPoints\[0\]: expected at most 4096 objects, got 5000/],
      [{ inputBoxes: [lying(5000)] as never }, /^inputBoxes\[0\]: expected at most 4096 boxes, got 5000/],
      [{ inputBoxes: Tensor.zeros("float32", [1, 5000, 4]) }, /at most 4096 boxes, got 5000/],
    ];
    for (const [inputs, message] of cases) expect((await error(inputs)).message).toMatch(message);
  });

  it("say in their errors what is wrong, where, and what to write", async () => {
    const message = async (inputs: ProcessInputs) => {
      const error = await processor
        .process({ originalSizes: sizes, ...inputs })
        .catch((reason: unknown) => reason);
      expect(ShapeError.isInstance(error)).toBe(true);
      return (error as Error).message;
    };
    expect(await message({ inputPoints: [[[500, 375]]] as never })).toMatchInlineSnapshot(
      `"inputPoints[0][0][0]: expected 4 levels of nesting, [image, object, point, x, y], got 500 at level 4; for example [[[[500, 375]]]] for one point"`,
    );
    expect(await message({ inputBoxes: [[1, 2, 3, 4]] as never })).toMatchInlineSnapshot(
      `"inputBoxes[0][0]: expected 3 levels of nesting, [image, box, x0, y0, x1, y1], got 1 at level 3; for example [[[75, 275, 1725, 850]]] for one box"`,
    );
    expect(await message({ inputPoints: points, inputLabels: [[[1], [1]]] })).toMatchInlineSnapshot(
      `"inputLabels[0][1]: expected 2 entries like inputPoints at the same place, got 1; give one label per point, for example [[[1, 0]]] with [[[[500, 375], [10, 10]]]]"`,
    );
    expect(await message({ inputPoints: [[[[1, 2]]], [[[1, 2]]]] })).toMatchInlineSnapshot(
      `"inputPoints: expected prompts for 1 image(s), one list each, got 2; give every image a list ([] for none) and one [height, width] in originalSizes"`,
    );
    expect(await message({ originalSizes: [[64]] })).toMatchInlineSnapshot(
      `"originalSizes[0]: expected [height, width] in whole pixels, 1 to 65536, got [64] (1 levels deep, 1 long); for example [[1200, 1800]] for one image"`,
    );
  });

  it("that would fill the memory with padding are refused before anything is allocated", async () => {
    const long = Array.from({ length: 1024 }, () => [1, 2]);
    const inputPoints = [[long, ...Array.from({ length: 4095 }, () => [[1, 2]])], [[[1, 2]]]];
    const two = [...sizes, ...sizes];
    await expect(processor.process({ originalSizes: two, inputPoints })).rejects.toThrow(/padding included/);
    const endless = [[new Array(2 ** 32 - 1)]];
    await expect(processor.process({ originalSizes: sizes, inputPoints: endless as never })).rejects.toThrow(
      InputError,
    );
  });
});

describe("originalSizes", () => {
  const processor = processorFor(64);

  it("stand in for images, and must be the images' own beside them", async () => {
    const same = await processor.process({ images: image(8, 4), originalSizes: [[4, 8]] });
    expect(same.originalSizes).toEqual([[4, 8]]);
    const other = processor.process({ images: image(8, 4), originalSizes: [[8, 4]] });
    await expect(other).rejects.toThrow(/leave originalSizes out where images are given/);
  });

  it.each([
    [[]],
    [[[0, 4]]],
    [[[4.5, 4]]],
    [[[1, 2, 3]]],
    [[4, 8]],
    ["4x8"],
    [[[2 ** 17, 4]]],
    [[["4", "8"]]],
  ])("%j ends in a typed error", async (originalSizes) => {
    const run = processor.process({ originalSizes } as unknown as ProcessInputs);
    await expect(run).rejects.toSatisfy((error) => ShapeError.isInstance(error));
  });
});

describe("settings", () => {
  it("of a file with everything are read and written back", () => {
    const json = {
      processor_class: "Sam2Processor",
      video_processor: { kept: true },
      image_processor: new Sam2ImageProcessor({ size: 64 }).toJSON(),
      point_pad_value: -10,
      target_size: 96,
    };
    const processor = Sam2Processor.fromJSON(json);
    expect(processor.toJSON()).toEqual(json);
    expect(processor.targetSize).toBe(96);
  });

  it("take targetSize from the image size where the file has none", () => {
    expect(Sam2Processor.fromJSON({ size: { height: 256, width: 300 } }).targetSize).toBe(256);
    expect(Sam2Processor.fromJSON({ image_processor: { size: 64 }, target_size: null }).targetSize).toBe(64);
    expect(new Sam2Processor().targetSize).toBe(1024);
  });

  it("follow imageSize in images, masks and prompts alike", async () => {
    const json = { image_processor: { size: 1024 }, target_size: 1024 };
    const files = { "processor_config.json": new TextEncoder().encode(JSON.stringify(json)) };
    const processor = await Sam2Processor.fromPretrained({ name: "test", files }, { imageSize: 64 });
    const { pixelValues, inputPoints } = await processor.process({
      images: image(8, 8),
      inputPoints: [[[[4, 8]]]],
    });
    expect(pixelValues.dims).toEqual([1, 3, 64, 64]);
    expect([...inputPoints!.data]).toEqual([32, 64]);
  });

  it("of Python are refused with the right spelling; ours are applied", async () => {
    const files = { "processor_config.json": new TextEncoder().encode('{"image_processor":{"size":64}}') };
    const load = (options: object) => Sam2Processor.fromPretrained({ name: "test", files }, options);
    await expect(load({ do_resize: false })).rejects.toThrow(/do_resize.*; write doResize/);
    expect((await load({ doResize: false })).imageProcessor.settings.doResize).toBe(false);
    await expect(
      Sam2ImageProcessor.fromPretrained({ name: "test", files }, { target_size: 3 } as object),
    ).rejects.toThrow(InputError);
    expect(() => Sam2Processor.fromJSON({}, { image_size: 64 } as object)).toThrow(/write imageSize/);
  });

  it("that are an image get the right form", async () => {
    for (const inputs of [
      "a.png",
      new Uint8Array(4),
      image(8, 8),
      [image(8, 8)],
      { dims: [1], data: new Float32Array(1) },
    ]) {
      await expect(new Sam2Processor().process(inputs as ProcessInputs)).rejects.toThrow(
        /^process: expected an object with named inputs, got .*; give \{ images: image \}$/,
      );
    }
  });

  it("that are missing, or followed by others, are refused", async () => {
    const processor = new Sam2Processor();
    await expect(processor.process(undefined as never)).rejects.toThrow(InputError);
    const inputs = { originalSizes: [[4, 4]] } as ProcessInputs;
    const more = processor.process as (...all: object[]) => Promise<unknown>;
    await expect(more.call(processor, inputs, { inputPoints: [] })).rejects.toThrow(
      /write its entries into the first/,
    );
  });

  it("that are wrong end in typed errors", () => {
    expect(() => Sam2Processor.fromJSON({ target_size: "1024" })).toThrow(ConfigError);
    expect(() => Sam2Processor.fromJSON({ point_pad_value: -7 })).toThrow(
      /^point_pad_value: expected -10, .*, got -7/,
    );
    expect(() => new Sam2Processor(undefined, { targetSize: -1 })).toThrow(InputError);
    expect(() => new Sam2Processor({} as never)).toThrow(InputError);
    expect(() => new Sam2Processor(new Sam2ImageProcessor({ size: { shortestEdge: 8 } }))).toThrow(
      /targetSize/,
    );
  });

  it("of a call go to the image processor, and unknown ones are refused", async () => {
    const { pixelValues } = await processorFor(64).process({
      images: image(8, 8),
      size: 32,
      doNormalize: false,
    });
    expect(pixelValues.dims).toEqual([1, 3, 32, 32]);
    const run = processorFor(64).process({ images: image(8, 8), input_points: [] } as ProcessInputs);
    await expect(run).rejects.toThrow(/write inputPoints/);
  });

  it("need images or sizes", async () => {
    await expect(processorFor(64).process({ inputPoints: [[[[1, 2]]]] })).rejects.toThrow(
      /expected images, or/,
    );
    await expect(processorFor(64).process(null as never)).rejects.toBeInstanceOf(InputError);
  });
});

describe("garbage", () => {
  it("nested at random always ends in a typed error or in tensors of the right shape", async () => {
    const random = mulberry(20260101);
    const processor = processorFor(64);
    let errors = 0;
    for (let round = 0; round < 4000; round += 1) {
      const name = ["inputPoints", "inputLabels", "inputBoxes"][round % 3] as "inputPoints";
      const value = garbage(random, 0);
      const outcome = await processor
        .process({ originalSizes: [[9, 7]], [name]: value } as ProcessInputs)
        .catch((error: unknown) => error);
      if (Sam2Error.isInstance(outcome)) errors += 1;
      else if (value !== null && value !== undefined) {
        expect(outcome).not.toBeInstanceOf(Error);
        const { dims, data } = (outcome as Record<string, Tensor>)[name]!;
        expect(dims[0]).toBe(1);
        expect(data.every(Number.isFinite)).toBe(true);
      }
    }
    expect(errors).toBeGreaterThan(3000);
  });
});

/** A value that no prompt should have, or nearly one. */
function garbage(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth < 4 ? 22 : 12));
  const scalars = [0, 1, -10, 3.5, Number.NaN, 1 / 0, "7", null, undefined, true, {}, 10n];
  if (pick < scalars.length) return depth === 0 && random() < 0.8 ? garbage(random, depth) : scalars[pick];
  if (pick === 12) return new Float32Array(Math.floor(random() * 4));
  if (pick === 13) return { type: "float32", dims: [1, 1, 2].slice(depth), data: Float32Array.of(1, 2) };
  if (pick === 14) return { type: "float32", dims: [1, -1], data: new Float32Array(1) };
  if (pick === 15) return new Map();
  return Array.from({ length: Math.floor(random() * 4) }, () => garbage(random, depth + 1));
}

/** A small seeded generator of numbers in [0, 1). */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
