import { describe, expect, it } from "vitest";
import { fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { PromptShapeError } from "../errors.js";
import { Sam2VideoProcessor } from "./sam2-video-processor.js";

const processor = new Sam2VideoProcessor();
const session = () => processor.initVideoSession({ video: fakeVideo(3) });
const prompt = (target: ReturnType<typeof session>, id: string | number) =>
  target.objects.get(id)?.prompts.get(0);

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
    expect(target.size).toBeUndefined();
    small.addInputsToInferenceSession(target, { frameIndex: 0, objectIds: 1, inputBoxes: [[[1, 2, 3, 4]]] });
    await model.forward(target, { frameIndex: 0 });
    expect(target.size).toEqual([8, 10]);
    await expect(model.forward(target, { frameIndex: 1 })).rejects.toThrow(/frame 1: expected \[8, 10\]/);
  });
});
