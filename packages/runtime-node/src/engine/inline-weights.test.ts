import { EngineError } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { AFFINE, tinyOnnx } from "../__fixtures__/tiny-onnx.js";
import { inlineWeights } from "./inline-weights.js";
import { toLoadRequest } from "./load-request.js";

const W = new Uint8Array(Float32Array.from([99, 1, 2, 3, 4, 5, 6]).buffer);
const B = new Uint8Array(Float32Array.from([10, 20, 30]).buffer);
const model = tinyOnnx(AFFINE);
const contains = (bytes: Uint8Array, part: Uint8Array | string) =>
  Buffer.from(bytes).includes(Buffer.from(part));

describe("inlineWeights", () => {
  test("takes the bytes of its files into the model and leaves other references", () => {
    const inlined = inlineWeights(model, new Map([["w.bin", W]]));
    expect(contains(inlined, W.subarray(4))).toBe(true);
    expect(contains(inlined, "w.bin")).toBe(false);
    expect(contains(inlined, "b.bin")).toBe(true);
  });

  test("without files gives the same model", () => {
    expect(inlineWeights(model, new Map())).toEqual(model);
  });

  test.each([
    ["a range beyond the file's end", model, new Map([["w.bin", W.subarray(1)]])],
    ["a message that is cut off", model.subarray(0, -9), new Map([["w.bin", W]])],
    ["bytes that are no message", Uint8Array.of(255, 255, 255), new Map([["w.bin", W]])],
  ])("%s is an EngineError", (_, bytes, files) => {
    expect(() => inlineWeights(bytes, files)).toThrow(EngineError);
  });
});

describe("toLoadRequest", () => {
  const onDisk = {
    location: "w.bin",
    sizeBytes: 28,
    source: { kind: "path", path: "/models/w.bin" },
  } as const;
  const inMemory = { location: "b.bin", sizeBytes: 12, source: { kind: "bytes", bytes: B } } as const;

  test("keeps a file mapped when others are in memory", async () => {
    const request = await toLoadRequest({ model, weights: [onDisk, inMemory] });
    expect(request.weights).toEqual([{ location: "w.bin", path: "/models/w.bin" }]);
    expect(contains(request.model, B)).toBe(true);
  });

  test("leaves weights beside the graph when all are in memory", async () => {
    const request = await toLoadRequest({ model, weights: [inMemory] });
    expect(request).toEqual({ model, weights: [{ location: "b.bin", bytes: B }] });
  });
});
