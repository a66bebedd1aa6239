import { InputError, ShapeError, Tensor } from "@sam2js/core";
import { loadGolden } from "@sam2js/reference";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Sam2Processor } from "../index.js";
import { type PostProcessMasksOptions, postProcessMasks } from "./post-process-masks.js";

const golden = loadGolden("processor");
const cases = Object.entries(golden.cases).filter(([, { kind }]) => kind === "post_process_masks");
const fitting = cases.filter(([name]) => name !== "masks_fewer_sizes_than_masks");

/** float32 rounding of logits of about ±20: the reference rounds in another order for small results. */
const TOLERANCE = 1e-5;

interface Options {
  readonly original_sizes: [number, number][];
  readonly mask_threshold?: number;
  readonly binarize?: boolean;
  readonly apply_non_overlapping_constraints?: boolean;
}

describe("what the reference takes too", () => {
  const logits = new Tensor("float32", Float32Array.of(-1, 2, 3, -4), [1, 1, 2, 2]);

  it("an infinite threshold: nothing is above Infinity, everything above its opposite", async () => {
    for (const applyNonOverlappingConstraints of [false, true]) {
      for (const [maskThreshold, value] of [
        [Number.POSITIVE_INFINITY, 0],
        [Number.NEGATIVE_INFINITY, 1],
      ] as const) {
        const [bitmap] = await postProcessMasks([logits], [[4, 4]], {
          maskThreshold,
          applyNonOverlappingConstraints,
        });
        expect(bitmap?.data).toEqual(new Uint8Array(16).fill(value));
      }
    }
  });

  it("float16 and float64", async () => {
    const wanted = await postProcessMasks([logits], [[8, 8]]);
    const halves = new Tensor("float16", Uint16Array.of(0xbc00, 0x4000, 0x4200, 0xc400), [1, 1, 2, 2]);
    const doubles = { type: "float64", dims: [1, 1, 1, 2, 2], data: Float64Array.of(-1, 2, 3, -4) };
    expect(await postProcessMasks([halves], [[8, 8]])).toEqual(wanted);
    expect(await postProcessMasks(doubles, [[8, 8]])).toEqual(wanted);
  });
});

describe("against the reference", () => {
  it.each(fitting)("%s: every pixel", async (_, { options, inputs, outputs }) => {
    const given = options as unknown as Options;
    const masks = golden.resolveList(inputs?.masks);
    const results = await postProcessMasks(masks, given.original_sizes, {
      maskThreshold: given.mask_threshold,
      binarize: given.binarize,
      applyNonOverlappingConstraints: given.apply_non_overlapping_constraints,
    });
    const wanted = golden.resolveList(outputs?.masks);
    expect(results.length).toBe(wanted.length);
    for (const [image, { type, dims, data }] of results.entries()) {
      expect(type).toBe(wanted[image]!.type);
      expect(dims).toEqual(wanted[image]!.dims);
      let largest = 0;
      for (const [i, value] of data.entries()) {
        largest = Math.max(largest, Math.abs(value - wanted[image]!.data[i]!));
      }
      expect(largest).toBeLessThanOrEqual(type === "uint8" ? 0 : TOLERANCE);
    }
  });

  it("but fewer sizes than masks are an error, not masks left out", async () => {
    const { inputs } = golden.case("masks_fewer_sizes_than_masks");
    const run = postProcessMasks(golden.resolveList(inputs?.masks), [[31, 45]]);
    await expect(run).rejects.toThrow(/masks: expected one entry per originalSizes, 1, got 2/);
  });
});

/** Logits [1, 1, h, w] from a drawing: `#` is 3, `.` is -3, `+` is 0.5, `-` is -0.5. */
function draw(...rows: string[]): Tensor<"float32"> {
  const values: Record<string, number> = { "#": 3, ".": -3, "+": 0.5, "-": -0.5 };
  const data = Float32Array.from(rows.join(""), (letter) => values[letter]!);
  return new Tensor("float32", data, [1, 1, rows.length, rows[0]!.length]);
}

async function logitsOf(mask: Tensor<"float32">, options: PostProcessMasksOptions): Promise<number[][]> {
  const [height = 0, width = 0] = mask.dims.slice(2);
  const [result] = await postProcessMasks([mask], [[height, width]], { binarize: false, ...options });
  return Array.from({ length: height }, (_, y) => [...result!.data.subarray(y * width, (y + 1) * width)]);
}

describe("small components", () => {
  const ring = draw(
    "......#",
    ".####..", //
    ".#.-#..",
    ".####..",
    "#......",
    ".#.....",
  );

  it("that are holes are filled to the threshold + 10, if no larger than maxHoleArea", async () => {
    const filled = await logitsOf(ring, { maxHoleArea: 2, maskThreshold: 0.25 });
    expect(filled[2]).toEqual([-3, 3, 10.25, 10.25, 3, -3, -3]);
    expect(await logitsOf(ring, { maxHoleArea: 1 })).toEqual(await logitsOf(ring, {}));
  });

  it("that are sprinkles are set to the threshold - 10, corners connect them", async () => {
    const one = await logitsOf(ring, { maxSprinkleArea: 1 });
    expect(one[0]![6]).toBe(-10);
    expect(one[4]![0]).toBe(3);
    const all = await logitsOf(ring, { maxSprinkleArea: 2, maskThreshold: 1 });
    expect(all[0]![6]).toBe(-9);
    // (0, 4) and (1, 5) hang on the ring by a corner: 12 pixels in all.
    expect(all[4]![0]).toBe(3);
    const gone = await logitsOf(ring, { maxSprinkleArea: 12 });
    expect(Math.max(...gone.flat())).toBeLessThan(0);
  });

  it("are found on the logits as given, both kinds", async () => {
    // The hole of a ring that goes away is filled all the same: Meta's code looks at the same logits twice.
    const small = draw("###..", "#.#..", "###..", ".....");
    const both = await logitsOf(small, { maxHoleArea: 1, maxSprinkleArea: 8 });
    expect(both[1]).toEqual([-10, 10, -10, -3, -3]);
  });

  it("change sides before upscaling, so that their surroundings follow", async () => {
    const [before] = await postProcessMasks([ring], [[60, 70]]);
    const [after] = await postProcessMasks([ring], [[60, 70]], { maxHoleArea: 2 });
    expect(before!.data[25 * 70 + 25]).toBe(0);
    for (let x = 15; x < 45; x += 1) expect(after!.data[25 * 70 + x]).toBe(1);
  });

  it("leave the caller's logits as they were", async () => {
    const before = ring.data.slice();
    await postProcessMasks([ring], [[6, 7]], { maxHoleArea: 9, maxSprinkleArea: 9 });
    expect(ring.data).toEqual(before);
  });
});

describe("masks", () => {
  const random = () => {
    const data = Float32Array.from({ length: 2 * 3 * 2 * 20 * 16 }, (_, i) => Math.sin(i * 12.9898) * 9);
    return new Tensor("float32", data, [2, 3, 2, 20, 16]);
  };

  it("are the threshold of the logits, with and without constraints", async () => {
    const sizes = [
      [33, 50],
      [20, 16],
    ];
    for (const applyNonOverlappingConstraints of [false, true]) {
      const options = { maskThreshold: 0.75, applyNonOverlappingConstraints, maxHoleArea: 3 };
      const bits = await postProcessMasks(random(), sizes, options);
      const logits = await postProcessMasks(random(), sizes, { ...options, binarize: false });
      expect(bits.map(({ dims }) => dims)).toEqual([
        [3, 2, 33, 50],
        [3, 2, 20, 16],
      ]);
      for (const [image, { data }] of bits.entries()) {
        expect(data).toEqual(Uint8Array.from(logits[image]!.data, (logit) => (logit > 0.75 ? 1 : 0)));
      }
    }
  });

  it("have the type that binarize says, or either where it may be any", () => {
    type Result<Options> = Awaited<ReturnType<typeof processor.postProcessMasks<Options & boolean>>>[number];
    const processor = new Sam2Processor();
    expectTypeOf<Result<true>>().toEqualTypeOf<Tensor<"uint8">>();
    expectTypeOf<Result<false>>().toEqualTypeOf<Tensor<"float32">>();
    expectTypeOf<Result<boolean>>().toEqualTypeOf<Tensor<"uint8" | "float32">>();
    const call = (options: { maskThreshold: number }) => processor.postProcessMasks([], [], options);
    expectTypeOf(call).returns.resolves.toEqualTypeOf<Tensor<"uint8">[]>();
  });

  it("overlap nowhere with constraints", async () => {
    const [first] = await postProcessMasks(
      random(),
      [
        [41, 30],
        [9, 9],
      ],
      { applyNonOverlappingConstraints: true },
    );
    const area = 41 * 30;
    for (let i = 0; i < area; i += 1) {
      for (const mask of [0, 1]) {
        const owners = [0, 1, 2].filter((object) => first!.data[(object * 2 + mask) * area + i] === 1);
        expect(owners.length).toBeLessThanOrEqual(1);
      }
    }
  });

  it("come from a batch as from a list, through the processor too", async () => {
    const batch = random();
    const size = batch.size / 2;
    const list = [0, 1].map(
      (i) => new Tensor("float32", batch.data.slice(i * size, (i + 1) * size), [3, 2, 20, 16]),
    );
    const sizes = new Tensor("int32", Int32Array.of(10, 12, 30, 8), [2, 2]);
    const fromBatch = await new Sam2Processor().postProcessMasks(batch, sizes);
    expect(fromBatch).toEqual(
      await postProcessMasks(list, [
        [10, 12],
        [30, 8],
      ]),
    );
  });

  it("of no objects are empty", async () => {
    const none = new Tensor("float32", new Float32Array(0), [0, 3, 4, 4]);
    const [result] = await postProcessMasks([none], [[8, 8]]);
    expect(result!.dims).toEqual([0, 3, 8, 8]);
  });
});

describe("what cannot be", () => {
  const mask = new Tensor("float32", new Float32Array(16), [1, 1, 4, 4]);

  it.each([
    ["four axes without a list", mask, /for the masks of one image give a list, \[masks\]/],
    ["bytes", [new Tensor("uint8", new Uint8Array(16), [1, 1, 4, 4])], /expected float32 logits/],
    ["three axes", [mask.reshape([1, 4, 4])], /expected float32 logits \[N, M, h, w\]/],
    [
      "a false length",
      [{ type: "float32", dims: [1, 1, 4, 4], data: new Float32Array(3) }],
      /expected 16 elements/,
    ],
    ["nothing", undefined as never, /give outputs.predMasks/],
    ["nothing in a list", [undefined as never], /expected float32 logits/],
  ] as const)("%s", async (_, masks, message) => {
    const run = postProcessMasks(masks, [[8, 8]]);
    await expect(run).rejects.toSatisfy((error) => ShapeError.isInstance(error));
    await expect(run).rejects.toThrow(message);
  });

  it("an option of another name, with the right one where it can be told", async () => {
    const run = postProcessMasks([mask], [[8, 8]], { mask_threshold: 1 } as never);
    await expect(run).rejects.toThrow(/postProcessMasks options: .*write maskThreshold/);
  });

  it("the padding of other models, which SAM 2 has none of", async () => {
    const run = postProcessMasks([mask], [[8, 8]], { reshapedInputSizes: [[8, 8]] } as never);
    await expect(run).rejects.toThrow(/got "reshapedInputSizes"; .*no padding/);
  });

  it.each([true, false])("a logit that is not finite, with binarize %s", async (binarize) => {
    const broken = new Tensor("float32", Float32Array.of(1, Number.NaN, 1, 1), [1, 1, 2, 2]);
    await expect(postProcessMasks([broken], [[8, 8]], { binarize })).rejects.toThrow(
      /masks\[0\]: expected finite/,
    );
  });

  it.each([
    { maskThreshold: Number.NaN },
    { maxHoleArea: -1 },
    { maxSprinkleArea: "3" as never },
    { binarize: 1 as never },
  ])("an option out of its range: %o", async (options) => {
    await expect(postProcessMasks([mask], [[8, 8]], options)).rejects.toSatisfy((error) =>
      InputError.isInstance(error),
    );
  });

  it("more than fits one array is refused before it is allocated", async () => {
    const many = new Tensor("float32", new Float32Array(64 * 3 * 4), [64, 3, 2, 2]);
    await expect(postProcessMasks([many], [[6000, 4000]])).rejects.toThrow(/fewer objects at a time/);
  });

  it("an aborted signal rejects with its reason, also under way", async () => {
    const reason = new Error("enough");
    const gone = postProcessMasks([mask], [[8, 8]], { signal: AbortSignal.abort(reason) });
    await expect(gone).rejects.toBe(reason);
    const controller = new AbortController();
    const many = new Tensor("float32", new Float32Array(80 * 256).fill(1), [20, 4, 16, 16]);
    const run = postProcessMasks([many], [[1500, 1500]], { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 10);
    await expect(run).rejects.toBe(reason);
  });
});
