import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { PromptShapeError } from "../errors.js";
import { Sam2VideoProcessor } from "./sam2-video-processor.js";

const processor = new Sam2VideoProcessor();
const session = () => processor.initVideoSession({ video: fakeVideo(3) });
const prompt = (target: ReturnType<typeof session>, id: string | number) =>
  target.state.objects.get(id)?.prompts.get(0);

it("is made of a processor or of settings", () => {
  for (const bad of [null, 5]) expect(() => new Sam2VideoProcessor(bad as never)).toThrow(InputError);
  for (const bad of [null, {}]) expect(() => new Sam2VideoProcessor({}, bad as never)).toThrow(InputError);
});

it("adds inputs to sessions only", () => {
  for (const method of [
    "addInputsToInferenceSession",
    "processNewPointsOrBoxesForVideoFrame",
    "processNewMaskForVideoFrame",
  ] as const) {
    expect(() => processor[method]({} as never, { frameIndex: 0, objectIds: 1 } as never)).toThrow(
      `${method}: expected a session of initVideoSession first, got {}`,
    );
  }
});

describe("addInputsToInferenceSession", () => {
  it("puts the corners of a box before the points", () => {
    const target = session();
    processor.addInputsToInferenceSession(target, {
      frameIndex: 0,
      objectIds: 1,
      inputBoxes: [[[1, 2, 3, 4]]],
      inputPoints: [[[[5, 6]]]],
      inputLabels: [[[0]]],
    });
    expect(prompt(target, 1)).toEqual({
      kind: "points",
      points: new Float32Array([1, 2, 3, 4, 5, 6]),
      labels: new Int32Array([2, 3, 0]),
    });
  });

  it("pads the shorter of several objects' points, as the reference does", () => {
    const target = session();
    processor.addInputsToInferenceSession(target, {
      frameIndex: 0,
      objectIds: [1, "b"],
      inputPoints: [
        [
          [[1, 1]],
          [
            [2, 2],
            [3, 3],
          ],
        ],
      ],
      inputLabels: [[[1], [1, 0]]],
    });
    expect(prompt(target, 1)).toMatchObject({
      points: new Float32Array([1, 1, -10, -10]),
      labels: new Int32Array([1, -10]),
    });
  });

  it("replaces points, or adds to them, and lets masks and points replace each other", () => {
    const target = session();
    const add = (x: number, clearOldInputs: boolean) =>
      processor.addInputsToInferenceSession(target, {
        frameIndex: 0,
        objectIds: 1,
        inputPoints: [[[[x, x]]]],
        inputLabels: [[[1]]],
        clearOldInputs,
      });
    add(1, true);
    add(2, false);
    expect(prompt(target, 1)).toMatchObject({ points: new Float32Array([1, 1, 2, 2]) });
    add(3, true);
    expect(prompt(target, 1)).toMatchObject({ points: new Float32Array([3, 3]) });
    const mask = { size: [2, 2] as const, counts: [1, 2, 1] };
    processor.addInputsToInferenceSession(target, { frameIndex: 0, objectIds: 1, inputMasks: mask });
    expect(prompt(target, 1)?.kind).toBe("mask");
    add(4, false);
    expect(prompt(target, 1)).toMatchObject({ points: new Float32Array([4, 4]) });
  });

  it.each([
    ["nothing", {}],
    ["points without labels", { inputPoints: [[[[1, 1]]]] }],
    [
      "a mask beside points",
      { inputPoints: [[[[1, 1]]]], inputLabels: [[[1]]], inputMasks: { size: [1, 1], counts: [1] } },
    ],
    ["a box that does not clear", { inputBoxes: [[[1, 2, 3, 4]]], clearOldInputs: false }],
    [
      "prompts for two objects with one id",
      {
        inputBoxes: [
          [
            [1, 2, 3, 4],
            [1, 2, 3, 4],
          ],
        ],
      },
    ],
    ["too many points", { inputPoints: [[Array(257).fill([1, 1])]], inputLabels: [[Array(257).fill(1)]] }],
    [
      "the same id twice",
      {
        objectIds: [1, 1],
        inputBoxes: [
          [
            [1, 2, 3, 4],
            [1, 2, 3, 4],
          ],
        ],
      },
    ],
    ["an id that is no id", { objectIds: 1.5, inputBoxes: [[[1, 2, 3, 4]]] }],
    ["a mask of another kind", { inputMasks: "mask.png" }],
    ["a tensor that is no bitmap", { inputMasks: { type: "uint8", dims: [4], data: new Uint8Array(4) } }],
  ])("refuses %s", (_, inputs) => {
    const target = session();
    const options = { frameIndex: 0, objectIds: 1, ...inputs } as never;
    expect(() => processor.addInputsToInferenceSession(target, options)).toThrow(PromptShapeError);
    expect(target.objectIds).toEqual([]);
  });

  it("says what is missing when there are no options", async () => {
    expect(() => processor.addInputsToInferenceSession(session(), undefined as never)).toThrow(
      PromptShapeError,
    );
    const { model } = fakeModel();
    await expect(model.forward(session())).rejects.toThrow(/expected frameIndex, or frame/);
  });

  it("refuses points in another nesting, and frames of another size than was said", () => {
    const points = { frameIndex: 0, objectIds: 1, inputPoints: [[[1, 1]]], inputLabels: [[[1]]] } as never;
    expect(() => processor.addInputsToInferenceSession(session(), points)).toThrow(/nesting/);
    const box = { frameIndex: 0, objectIds: 1, inputBoxes: [[[1, 2, 3, 4]]] };
    const wrong = { ...box, originalSize: [20, 30] as const };
    expect(() => processor.addInputsToInferenceSession(session(), wrong)).toThrow(/originalSize/);
  });

  it.each([
    ["that is wrong", { frameIndex: 0, objectIds: 2, inputMasks: "mask.png" }, /inputMasks/],
    ["on no frame", { frameIndex: -1, objectIds: 2, inputBoxes: [[[1, 2, 3, 4]]] }, /frame/],
    ["of a stranger", { frameIndex: 0, objectIds: 2, inputBoxes: [[[1, 2, 3, 4]]], obj_id: 2 }, /obj_id/],
    [
      "of another size",
      { frameIndex: 0, objectIds: 2, inputBoxes: [[[1, 2, 3, 4]]], originalSize: [9, 9] },
      /originalSize/,
    ],
    [
      "beyond the room",
      {
        frameIndex: 0,
        objectIds: Array.from({ length: 64 }, (_, i) => `n${i}`),
        inputBoxes: [Array(64).fill([1, 2, 3, 4])],
      },
      /at most 64/,
    ],
  ])("takes nothing of a list with a prompt %s", (_, wrong, message) => {
    const target = processor.initVideoSession();
    const add = (inputs: unknown) => processor.addInputsToInferenceSession(target, inputs as never);
    add({ frameIndex: 0, objectIds: 1, inputBoxes: [[[1, 2, 3, 4]]] });
    const before = prompt(target, 1);
    const good = [
      { frameIndex: 0, objectIds: 1, inputBoxes: [[[5, 6, 7, 8]]], originalSize: [16, 16] },
      { frameIndex: 0, objectIds: "new", inputBoxes: [[[5, 6, 7, 8]]] },
    ];
    expect(() => add([...good, wrong])).toThrow(message);
    expect(target.objectIds).toEqual([1]);
    expect(prompt(target, 1)).toEqual(before);
    expect(target.size).toBeUndefined();
    add(good);
    expect(target.objectIds).toEqual([1, "new"]);
    expect(target.size).toEqual([16, 16]);
  });

  it("adds the points of a list's later items to those of its earlier ones", () => {
    const target = session();
    const point = (x: number) => ({
      frameIndex: 0,
      objectIds: 1,
      inputPoints: [[[[x, x]]]],
      inputLabels: [[[1]]],
      clearOldInputs: false,
    });
    processor.addInputsToInferenceSession(target, [point(1), point(2)]);
    expect(prompt(target, 1)).toMatchObject({ points: new Float32Array([1, 1, 2, 2]) });
  });

  it("takes at most 64 objects", () => {
    const target = session();
    const objectIds = Array.from({ length: 64 }, (_, i) => i);
    const inputBoxes = [objectIds.map(() => [1, 2, 3, 4])];
    processor.addInputsToInferenceSession(target, { frameIndex: 0, objectIds, inputBoxes });
    const one = { frameIndex: 0, objectIds: "more", inputBoxes: [[[1, 2, 3, 4]]] };
    expect(() => processor.addInputsToInferenceSession(target, one)).toThrow(/at most 64/);
  });
});

describe("initVideoSession", () => {
  it.each([
    [{ retention: "some" }, /retention/],
    [{ policy: "meta" }, /policy/],
    [{ video: [] }, /video/],
    [{ video: "film.mp4" }, /video/],
    [{ maxVisionFeaturesCacheSize: 0 }, /maxVision/],
  ])("refuses %j", (options, message) => {
    expect(() => processor.initVideoSession(options as never)).toThrow(message);
  });

  it("reads no frame before one is needed, and takes pixels of changing size for an error", async () => {
    const { model } = fakeModel();
    const pixels = (width: number) => ({
      data: new Uint8Array(3 * width * 8),
      width,
      height: 8,
      channels: 3 as const,
    });
    const small = new Sam2VideoProcessor({ size: 16 });
    const target = small.initVideoSession({ video: [pixels(10), pixels(12)] });
    expect(target.size).toEqual([8, 10]);
    small.addInputsToInferenceSession(target, { frameIndex: 0, objectIds: 1, inputBoxes: [[[1, 2, 3, 4]]] });
    await model.forward(target, { frameIndex: 0 });
    expect(target.size).toEqual([8, 10]);
    await expect(model.forward(target, { frameIndex: 1 })).rejects.toThrow(/frame 1: expected \[8, 10\]/);
  });
});

describe("what JavaScript and Python callers get wrong", () => {
  const point = { frameIndex: 0, objectIds: 1, inputPoints: [[[[1, 2]]]], inputLabels: [[[1]]] };
  const add = (target: ReturnType<typeof session>, options: object) =>
    processor.addInputsToInferenceSession(target, options as never);

  it("refuses names that it does not know, with the right spelling", async () => {
    const target = session();
    expect(() => add(target, { ...point, clear_old_inputs: false })).toThrow(/write clearOldInputs/);
    expect(() => add(target, { ...point, frame_idx: 0 })).toThrow(/use frameIndex/);
    expect(() => processor.initVideoSession({ videos: fakeVideo(3) } as never)).toThrow(/use video/);
    expect(() => processor.initVideoSession([] as never)).toThrow(/video: frames/);
    const { model } = fakeModel();
    add(target, point);
    await expect(model.forward(target, { frameIndex: 0, runMemEncode: false } as never)).rejects.toThrow(
      /runMemEncode/,
    );
    for (const options of [{ start_frame_idx: 3 }, { max_frame_num_to_track: 1 }, 3]) {
      await expect(model.propagateInVideoIterator(target, options as never).next()).rejects.toThrow(
        /startFrameIndex|maxFrameNumToTrack|an object/,
      );
    }
    await expect(model.propagateBothWays(target, { reverse: true } as never).next()).rejects.toThrow(
      /reverse/,
    );
  });

  it("refuses labels that the model has no row for before a step meets them", () => {
    for (const label of [4, 9, -2]) {
      const target = session();
      expect(() => add(target, { ...point, inputLabels: [[[label]]] })).toThrow(`got ${label}`);
      expect(target.state.objects.size).toBe(0);
    }
  });

  it("keeps none of several objects where one does not fit, and names ids of any type", () => {
    const target = session();
    const many = Array.from({ length: 200 }, (_, i) => i);
    const boxes = [many.map(() => [1, 2, 3, 4])];
    expect(() => add(target, { frameIndex: 0, objectIds: many, inputBoxes: boxes })).toThrow(/got 200/);
    expect(target.state.objects.size).toBe(0);
    expect(() => add(target, { ...point, objectIds: [5n] })).toThrow(PromptShapeError);
  });

  it("takes bitmaps of whole numbers and float masks of 0 and 1, but no logits or probabilities", () => {
    const mask = (type: string, data: ArrayLike<number>) => ({ type, dims: [1, 2], data });
    const given = (inputMasks: unknown) => {
      const target = session();
      add(target, { frameIndex: 0, objectIds: 1, inputMasks });
      return prompt(target, 1);
    };
    const inside = { kind: "mask", mask: { size: [1, 2], counts: new Uint32Array([1, 1]) } };
    expect(given(mask("uint8", new Uint8Array([0, 255])))).toMatchObject(inside);
    expect(given(mask("float32", new Float32Array([0, 1])))).toMatchObject(inside);
    expect(() => given(mask("float32", new Float32Array([-3.5, 2.25])))).toThrow(/got -3\.5; make a mask of/);
    expect(() => given(mask("float32", new Float32Array([0, 0.4])))).toThrow(/Mask\.fromLogits/);
    expect(() => given(mask("float32", new Float32Array([0, Number.NaN])))).toThrow(/got NaN/);
    expect(given(mask("float16", new Uint16Array([0, 0x3c00])))).toMatchObject(inside);
    expect(() => given(mask("float16", new Uint16Array([0xc500, 0x4500])))).toThrow(/Mask\.fromLogits/);
    expect(() => given(mask("int32", new Int32Array([-1, 1])))).toThrow(/got -1; make a mask of/);
  });

  it("takes the prompts' own options beside those of images", () => {
    const both = new Sam2VideoProcessor({ size: 512, targetSize: 512 });
    expect(both.processor.targetSize).toBe(512);
    expect(both.imageProcessor.settings.size).toEqual({ height: 512, width: 512 });
  });
});
