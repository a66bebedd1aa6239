import type { Checkpoint } from "@sam2js/checkpoint";
import {
  EngineError,
  InputError,
  type PlaceWeights,
  type WeightPlacement,
  type WeightRange,
} from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { filesWithData, wholeFile } from "./onnx-files.js";

const BYTES = Uint8Array.from({ length: 200 }, (_, i) => i);
const FILE = { location: "w", source: { kind: "bytes", bytes: BYTES }, sizeBytes: BYTES.length } as const;
const SOURCE = {
  checkpoint: { name: "made up", tensors: new Map() } as unknown as Checkpoint,
  signal: new AbortController().signal,
};

/** A graph that refers to these ranges, and what it is told of them. */
function graphOf(ranges: readonly WeightRange[]) {
  const told: WeightPlacement[] = [];
  const build = async (place?: PlaceWeights) => {
    told.push(...((await place?.(ranges, [FILE])) ?? []));
    return { model: Uint8Array.of(1), weights: [FILE] };
  };
  const graph = { name: "g", digest: "", inputs: [], outputs: [], build };
  return { told, exported: { name: "g", graph } };
}

const range = (byteOffset: number, byteLength: number, location = "w") => ({
  location,
  byteOffset,
  byteLength,
});

async function bytesOf(content: unknown): Promise<number[]> {
  const all: number[] = [];
  for await (const piece of content as AsyncIterable<Uint8Array>) all.push(...piece);
  return all;
}

describe("wholeFile", () => {
  it("puts weights inside", async () => {
    const { told, exported } = graphOf([range(4, 8)]);
    expect(await bytesOf(wholeFile(exported, SOURCE).content())).toEqual([1]);
    expect(told).toEqual([{ bytes: BYTES.subarray(4, 12) }]);
  });

  it("refuses more than a file can hold, and weights of no file", async () => {
    const content = (each: WeightRange) => bytesOf(wholeFile(graphOf([each]).exported, SOURCE).content());
    await expect(content(range(0, 2 ** 31))).rejects.toThrow(InputError);
    await expect(content(range(0, 2 ** 31))).rejects.toThrow("--external-data");
    await expect(content(range(0, 4, "other"))).rejects.toThrow(EngineError);
  });
});

describe("filesWithData", () => {
  it("writes each range once, where engines may use it in place", async () => {
    const { told, exported } = graphOf([range(4, 8), range(100, 4), range(4, 8)]);
    const [data, graph] = await filesWithData(exported, SOURCE);
    expect([data?.name, graph?.name, graph?.content()]).toEqual(["g.onnx.data", "g.onnx", Uint8Array.of(1)]);
    const location = "g.onnx.data";
    expect(told).toEqual([0, 64, 0].map((byteOffset) => ({ location, byteOffset })));
    const bytes = await bytesOf(data?.content());
    expect([bytes.length, bytes.slice(0, 8), bytes.slice(64, 68)]).toEqual([
      128,
      [...BYTES.subarray(4, 12)],
      [...BYTES.subarray(100, 104)],
    ]);
  });

  it("writes no second file for a graph without weights", async () => {
    expect((await filesWithData(graphOf([]).exported, SOURCE)).map(({ name }) => name)).toEqual(["g.onnx"]);
  });
});
