import { EngineError, type SessionGraph, UnsupportedError, type WeightFile } from "@sam2js/core";
import { protoHead } from "@sam2js/core/engine";
import { describe, expect, test } from "vitest";
import { externalRanges } from "./external-tensors.js";
import { gatherWeights } from "./gather-weights.js";

const text = (value: string) => new TextEncoder().encode(value);
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const field = (number: number, content: Uint8Array) => join(protoHead(number, content.length), content);
const entry = (key: string, value: string) => field(13, join(field(1, text(key)), field(2, text(value))));

/** An ONNX model with nothing but external initializers. */
function modelOf(...ranges: { location: string; offset?: number; length?: number }[]): Uint8Array {
  const tensors = ranges.map(({ location, offset, length }, i) =>
    field(
      5,
      join(
        field(8, text(`w${i}`)),
        entry("location", location),
        offset === undefined ? [] : entry("offset", `${offset}`),
        length === undefined ? [] : entry("length", `${length}`),
      ),
    ),
  );
  return field(7, join(field(2, text("graph")), ...tensors));
}

const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
const file = (source: WeightFile["source"] = { kind: "bytes", bytes: BYTES }): WeightFile => ({
  location: "model.safetensors",
  source,
  sizeBytes: BYTES.length,
});
const graph = (model: Uint8Array, ...weights: WeightFile[]): SessionGraph => ({ model, weights });
const at = (offset: number, length: number) => ({ location: "model.safetensors", offset, length });

/** What each initializer of the gathered graph reads. */
async function contents({ model, weights }: ReturnType<typeof gatherWeights>): Promise<number[][]> {
  const bytes = new Map<string, Uint8Array>();
  for (const each of weights) {
    bytes.set(each.location, "bytes" in each ? each.bytes : new Uint8Array(await each.blob.arrayBuffer()));
  }
  return externalRanges(model).map(({ location, offset, length }) => [
    ...(bytes.get(location) as Uint8Array).slice(offset, offset + (length as number)),
  ]);
}

const slice = (begin: number, end: number) => [...BYTES.slice(begin, end)];

describe("gatherWeights", () => {
  test.each(["bytes", "blob"] as const)(
    "takes out of %s what the graph refers to, in the graph's order",
    async (kind) => {
      const source = kind === "bytes" ? { kind, bytes: BYTES } : { kind, blob: new Blob([BYTES]) };
      const gathered = gatherWeights(graph(modelOf(at(150_000, 8), at(40, 4), at(60, 12)), file(source)));
      expect(await contents(gathered)).toEqual([slice(150_000, 150_008), slice(40, 44), slice(60, 72)]);
      expect(gathered.weights).toHaveLength(2);
      expect(gathered.sizeBytes).toBe(24);
    },
  );

  test("a slice of a tensor that is referred to whole too is held once", async () => {
    const gathered = gatherWeights(graph(modelOf(at(0, 1000), at(500, 100)), file()));
    expect(await contents(gathered)).toEqual([slice(0, 1000), slice(500, 600)]);
    expect(gathered.weights).toHaveLength(1);
  });

  test("a range without a length goes to the end of its file", async () => {
    const model = modelOf({ location: "model.safetensors", offset: 199_990 });
    expect(await contents(gatherWeights(graph(model, file())))).toEqual([slice(199_990, 200_000)]);
  });

  test("what it gives away is not the caller's", () => {
    const model = modelOf();
    expect(gatherWeights(graph(model)).model.buffer).not.toBe(model.buffer);
  });

  test.each([
    ["behind the end", graph(modelOf(at(199_999, 8)), file())],
    ["far away", graph(modelOf(at(2 ** 40, 8)), file())],
    ["in a file that is not given", graph(modelOf(at(0, 8)))],
    ["at no number", graph(modelOf({ location: "model.safetensors", offset: Number.NaN }), file())],
  ])("weights %s are an EngineError", (_, wrong) => {
    expect(() => gatherWeights(wrong)).toThrow(EngineError);
  });

  test("a path is an UnsupportedError, since a page has none", () => {
    const source = { kind: "path", path: "/model.safetensors" } as const;
    expect(() => gatherWeights(graph(modelOf(at(0, 8)), file(source)))).toThrow(UnsupportedError);
  });
});
