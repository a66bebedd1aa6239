import { EngineError, UnsupportedError, type WeightFile, type WeightRange } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { type MapFiles, type PlacedWeights, placeWeights } from "./place-weights.js";

const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
const file = (
  source: WeightFile["source"] = { kind: "bytes", bytes: BYTES },
  location = "model.safetensors",
): WeightFile => ({ location, source, sizeBytes: BYTES.length });
const at = (byteOffset: number, byteLength: number, location = "model.safetensors"): WeightRange => ({
  location,
  byteOffset,
  byteLength,
});
const slice = (begin: number, end: number) => [...BYTES.slice(begin, end)];

/** A platform whose files all lie in `/models` and have 200,000 bytes. */
const mapFiles: MapFiles = async (sources) => ({
  folder: "/models",
  locations: sources.map(({ path }) => path.slice("/models/".length)),
  files: sources.map(({ path }) => ({ path, sizeBytes: BYTES.length, modifiedMs: 0, inode: 0 })),
});

/** What each range of a graph reads. */
async function contents(ranges: readonly WeightRange[], { placements, weights }: PlacedWeights) {
  const bytes = new Map<string, Uint8Array>();
  for (const each of weights) {
    bytes.set(each.location, "bytes" in each ? each.bytes : new Uint8Array(await each.blob.arrayBuffer()));
  }
  return placements.map((place, i) => {
    if ("bytes" in place) return [...place.bytes];
    const end = place.byteOffset + (ranges[i] as WeightRange).byteLength;
    return [...(bytes.get(place.location) as Uint8Array).slice(place.byteOffset, end)];
  });
}

describe("placeWeights", () => {
  test.each(["bytes", "blob"] as const)("takes out of %s what the graph refers to", async (kind) => {
    const source = kind === "bytes" ? { kind, bytes: BYTES } : { kind, blob: new Blob([BYTES]) };
    const ranges = [at(150_000, 8), at(40, 4), at(60, 12)];
    const placed = await placeWeights(ranges, [file(source)]);
    expect(await contents(ranges, placed)).toEqual([slice(150_000, 150_008), slice(40, 44), slice(60, 72)]);
    expect(placed.weights).toHaveLength(2);
    expect(placed.sizeBytes).toBe(24);
  });

  test("a slice of a tensor that is referred to whole too is held once", async () => {
    const ranges = [at(0, 1000), at(500, 100)];
    const placed = await placeWeights(ranges, [file()]);
    expect(await contents(ranges, placed)).toEqual([slice(0, 1000), slice(500, 600)]);
    expect(placed.weights).toHaveLength(1);
  });

  test("maps files on disk under the names that the platform gives them", async () => {
    const files = [file({ kind: "path", path: "/models/a/w.bin" })];
    const placed = await placeWeights([at(40, 4)], files, mapFiles);
    expect(placed.placements).toEqual([{ location: "a/w.bin", byteOffset: 40 }]);
    expect(placed).toMatchObject({ weights: [], mapping: { folder: "/models" } });
  });

  test("leaves weights of mapped files in place where the platform wants it", async () => {
    const files = [file({ kind: "path", path: "/models/w.bin" })];
    const ranges = [at(40, 4), { ...at(44, 4), rows: 7 }];
    const { placements } = await placeWeights(ranges, files, mapFiles, ({ rows }) => rows === 7);
    expect(placements).toEqual([
      { location: "w.bin", byteOffset: 40 },
      { location: "w.bin", byteOffset: 44, inPlace: true },
    ]);
  });

  test.each([
    ["bytes", { kind: "bytes", bytes: BYTES }],
    ["a blob", { kind: "blob", blob: new Blob([BYTES]) }],
  ] as const)("puts %s into the graph where other files are mapped", async (_, source) => {
    const files = [file({ kind: "path", path: "/models/w.bin" }), file(source, "bias")];
    const ranges = [at(40, 4), at(7, 3, "bias")];
    const { placements, weights, mapping } = await placeWeights(ranges, files, mapFiles);
    expect(placements).toEqual([{ location: "w.bin", byteOffset: 40 }, { bytes: BYTES.slice(7, 10) }]);
    expect(weights).toEqual([]);
    expect(mapping?.files).toHaveLength(1);
  });

  test.each([
    ["behind the end", [at(199_999, 8)], [file()]],
    ["behind the end on disk", [at(199_999, 8)], [file({ kind: "path", path: "/models/w.bin" })]],
    ["far away", [at(2 ** 40, 8)], [file()]],
    ["in a file that is not given", [at(0, 8)], []],
    ["at no number", [at(Number.NaN, 8)], [file()]],
  ])("weights %s are an EngineError", async (_, ranges, files) => {
    await expect(placeWeights(ranges, files, mapFiles)).rejects.toThrow(EngineError);
  });

  test("a path is an UnsupportedError where the platform has none", async () => {
    const files = [file({ kind: "path", path: "/model.safetensors" })];
    await expect(placeWeights([at(0, 8)], files)).rejects.toThrow(UnsupportedError);
  });
});
