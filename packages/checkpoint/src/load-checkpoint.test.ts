import { readFile } from "node:fs/promises";
import {
  CheckpointError,
  ConfigError,
  type Dtype,
  NotFoundError,
  UnsupportedError,
  type WeightSpec,
} from "@sam2js/core";
import nano from "@sam2js/nano";
import { describe, expect, test } from "vitest";
import { float32, safetensors, type TestTensor } from "./__fixtures__/safetensors.js";
import { type Checkpoint, loadCheckpoint, type ModelSource, openModel } from "./index.js";

const CONFIG = new TextEncoder().encode('{"model_type":"sam2"}');

async function load(files: Record<string, Uint8Array | Blob>): Promise<Checkpoint> {
  return loadCheckpoint(await openModel({ name: "test", files: { "config.json": CONFIG, ...files } }));
}

function single(tensors: readonly TestTensor[], padTo?: number): Promise<Checkpoint> {
  return load({ "model.safetensors": safetensors(tensors, padTo === undefined ? {} : { padTo }) });
}

function index(weightMap: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ metadata: {}, weight_map: weightMap }));
}

const spec = (name: string, ...dims: number[]): WeightSpec => ({ name, dims });

describe("weights", () => {
  test("in float32 stay in their file, by offset", async () => {
    const checkpoint = await single([float32("a", [2], [1, 2]), float32("b", [1, 2], [3, 4])]);
    const table = await checkpoint.weights([spec("b", 1, 2), spec("a", 2)]);
    expect(table.names).toEqual(["b", "a"]);
    expect(table.files.map(({ location, source }) => [location, source.kind])).toEqual([
      ["model.safetensors", "bytes"],
    ]);
    const { byteOffset, byteLength, location, type } = table.get("b");
    expect({ byteLength, location, type }).toEqual({
      byteLength: 8,
      location: "model.safetensors",
      type: "float32",
    });
    expect(byteOffset % 4).toBe(0);
    const source = table.files[0]?.source;
    const bytes =
      source?.kind === "bytes" ? source.bytes.slice(byteOffset, byteOffset + byteLength) : new Uint8Array();
    expect([...new Float32Array(bytes.buffer)]).toEqual([3, 4]);
    expect([...(await table.read("b"))]).toEqual([3, 4]);
  });

  test("at offsets that are no multiple of 4 are copied to one file in memory, the others stay", async () => {
    const odd: TestTensor = { name: "odd", dtype: "U8", dims: [3], bytes: Uint8Array.of(1, 2, 3) };
    const checkpoint = await single([float32("a", [1], [1]), odd, float32("b", [2], [5, 6])]);
    const table = await checkpoint.weights([spec("a", 1), spec("b", 2)]);
    expect(table.get("a").location).toBe("model.safetensors");
    expect(table.get("b").location).toBe("converted-weights");
    expect(table.get("b").byteOffset % 4).toBe(0);
    expect(table.files.map(({ location }) => location)).toEqual(["model.safetensors", "converted-weights"]);
    expect([...(await table.read("b"))]).toEqual([5, 6]);
  });

  test("of a file whose header is not padded are all copied, and the file is not given to the engine", async () => {
    const padded = await single([float32("ab", [2], [1, 2])], 4);
    const shift =
      [1, 2, 3].find((n) => safetensors([float32("a".repeat(n), [1], [1])], { padTo: 1 }).length % 4 !== 0) ??
      0;
    const name = "a".repeat(shift);
    const table = await (await single([float32(name, [1], [9])], 1)).weights([spec(name, 1)]);
    expect(table.files.map(({ location }) => location)).toEqual(["converted-weights"]);
    expect([...(await table.read(name))]).toEqual([9]);
    expect((await padded.weights([spec("ab", 2)])).files).toHaveLength(1);
  });

  test("in float16 and bfloat16 are widened where the engine finds them", async () => {
    const halves: TestTensor = {
      name: "h",
      dtype: "F16",
      dims: [2],
      bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer),
    };
    const brains: TestTensor = {
      name: "b",
      dtype: "BF16",
      dims: [2],
      bytes: new Uint8Array(Uint16Array.of(0x3f80, 0xc020).buffer),
    };
    const table = await (await single([halves, brains])).weights([spec("h", 2), spec("b", 2)]);
    const source = table.files[0]?.source;
    if (source?.kind !== "bytes") throw new TypeError("expected bytes");
    for (const name of ["h", "b"]) {
      const { byteOffset, byteLength } = table.get(name);
      expect([...new Float32Array(source.bytes.slice(byteOffset, byteOffset + byteLength).buffer)]).toEqual([
        1, -2.5,
      ]);
      expect([...(await table.read(name))]).toEqual([1, -2.5]);
    }
  });

  test("are checked before anything is allocated: all missing ones are named", async () => {
    const checkpoint = await single([float32("a", [1], [1])]);
    const error = await checkpoint
      .weights([spec("a", 1), spec("b", 1e9), spec("c", 1)])
      .catch((reason) => reason);
    expect(CheckpointError.isInstance(error)).toBe(true);
    expect(error.facts.missing).toEqual(["b", "c"]);
    expect(error.message).toContain("b, c");
  });

  test("of another shape than asked for are named with both shapes", async () => {
    const checkpoint = await single([float32("a", [2, 3], [1, 2, 3, 4, 5, 6])]);
    await expect(checkpoint.weights([spec("a", 3, 2)])).rejects.toThrow("a: expected [3, 2], got [2, 3]");
    await expect(checkpoint.weights([spec("a", 6)])).rejects.toThrow("a: expected [6], got [2, 3]");
  });

  test("that are optional may be missing", async () => {
    const table = await (await single([float32("a", [1], [1])])).weights([
      spec("a", 1),
      { name: "b", dims: [1], optional: true },
    ]);
    expect(table.has("b")).toBe(false);
    expect(() => table.get("b")).toThrow(CheckpointError);
    await expect(table.read("b")).rejects.toThrow(CheckpointError);
  });

  test("that nothing uses are named in one warning, but for those to be ignored", async () => {
    const checkpoint = await single([
      float32("a", [1], [1]),
      float32("lora", [1], [1]),
      float32("memory.x", [1], [1]),
    ]);
    const warnings: string[] = [];
    await checkpoint.weights([spec("a", 1)], {
      ignore: (name) => name.startsWith("memory."),
      onWarning: (w) => warnings.push(w),
    });
    expect(warnings).toEqual(["test: 1 tensor is not used by this model: lora"]);
  });

  test.each([
    ["shared_image_embedding.positional_embedding", "prompt_encoder.shared_embedding.positional_embedding"],
    ["prompt_encoder.shared_embedding.positional_embedding", "shared_image_embedding.positional_embedding"],
  ])("%s may be missing, its twin stands in", async (missing, there) => {
    const checkpoint = await single([float32(there, [2, 2], [1, 2, 3, 4])]);
    const table = await checkpoint.weights([spec(missing, 2, 2), spec(there, 2, 2)]);
    expect([...(await table.read(missing))]).toEqual([1, 2, 3, 4]);
    expect(table.get(missing)).toEqual({ ...table.get(there), name: missing });
  });

  test("with both names use each by its own", async () => {
    const names = [
      "shared_image_embedding.positional_embedding",
      "prompt_encoder.shared_embedding.positional_embedding",
    ] as const;
    const checkpoint = await single([float32(names[0], [1], [1]), float32(names[1], [1], [2])]);
    const table = await checkpoint.weights(names.map((name) => spec(name, 1)));
    expect([...(await table.read(names[0])), ...(await table.read(names[1]))]).toEqual([1, 2]);
  });

  test("of a type that cannot be computed with are refused, unless nothing uses them", async () => {
    const eighths: TestTensor = { name: "q", dtype: "F8_E4M3", dims: [4], bytes: new Uint8Array(4) };
    const checkpoint = await single([float32("a", [1], [1]), eighths]);
    await expect(checkpoint.weights([spec("q", 4)])).rejects.toThrow(UnsupportedError);
    expect((await checkpoint.weights([spec("a", 1)])).names).toEqual(["a"]);
  });

  test("for fp16 are rounded to float16 in half the bytes, and stay in their file where they are float16", async () => {
    const halves: TestTensor = {
      name: "h",
      dtype: "F16",
      dims: [2],
      bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer),
    };
    const checkpoint = await single([halves, float32("f", [2], [1, 2049.001]), float32("d", [1], [3])]);
    const table = await checkpoint.weights([spec("h", 2), spec("f", 2), spec("d", 1)], {
      dtype: "fp16",
      appliesTo: (name) => name !== "d",
    });
    expect(table.dtype).toBe("fp16");
    expect(table.get("h")).toMatchObject({ type: "float16", location: "model.safetensors", byteLength: 4 });
    expect(table.get("d")).toMatchObject({ type: "float32", location: "model.safetensors", byteLength: 4 });
    const { type, location, byteOffset, byteLength } = table.get("f");
    expect([type, location]).toEqual(["float16", "converted-weights"]);
    const source = table.files.find((file) => file.location === location)?.source;
    if (source?.kind !== "bytes") expect.unreachable();
    const bits = new Uint16Array(source.bytes.slice(byteOffset, byteOffset + byteLength).buffer);
    expect([...bits]).toEqual([0x3c00, 0x6801]); // 2050, nearer than 2048
    expect([...(await table.read("f"))]).toEqual([1, Math.fround(2049.001)]); // what is folded is folded before it is rounded
  });

  test("for q8 are marked where they are matrices, and nothing is converted", async () => {
    const matrix: TestTensor = {
      name: "m",
      dtype: "BF16",
      dims: [1, 2],
      bytes: new Uint8Array(Uint16Array.of(0x3f80, 0xc020).buffer),
    };
    const checkpoint = await single([matrix, float32("b", [1], [3])]);
    const table = await checkpoint.weights([spec("m", 1, 2), spec("b", 1)], { dtype: "q8" });
    expect(table.get("m")).toMatchObject({ type: "float32", location: "", isQuantized: true });
    expect(table.get("b").isQuantized).toBeUndefined();
    expect(table.files.map(({ location }) => location)).toEqual(["model.safetensors"]);
    expect([...(await table.read("m"))]).toEqual([1, -2.5]);
  });

  test("in an unknown dtype are refused with what is possible", async () => {
    const checkpoint = await single([float32("a", [1], [1])]);
    await expect(checkpoint.weights([spec("a", 1)], { dtype: "int4" as Dtype })).rejects.toThrow(
      /expected a dtype of fp32, fp16, q8, got "int4"/,
    );
  });

  test("stop loading when aborted", async () => {
    const checkpoint = await single([float32("a", [1], [1])]);
    const signal = AbortSignal.abort(new TypeError("stop"));
    await expect(checkpoint.weights([spec("a", 1)], { signal })).rejects.toThrow("stop");
  });
});

describe("the fingerprint", () => {
  const a = float32("a", [2], [1, 2]);
  const large = (value: number) => float32("w", [5000], new Array(5000).fill(value));
  const fingerprintOf = async (tensors: readonly TestTensor[]) => (await single(tensors)).fingerprint();

  test("is the same whatever the order of tensors, the padding and the sharding", async () => {
    const expected = await fingerprintOf([a, large(1)]);
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprintOf([large(1), a])).toBe(expected);
    expect(await (await single([a, large(1)], 1)).fingerprint()).toBe(expected);
    const sharded = await load({
      "model.safetensors.index.json": index({ a: "1.safetensors", w: "2.safetensors" }),
      "1.safetensors": safetensors([a]),
      "2.safetensors": safetensors([large(1)]),
    });
    expect(await sharded.fingerprint()).toBe(expected);
  });

  test("differs with a value, a name, a shape, or the values of large tensors", async () => {
    const all = await Promise.all([
      fingerprintOf([a, large(1)]),
      fingerprintOf([float32("a", [2], [1, 3]), large(1)]),
      fingerprintOf([float32("b", [2], [1, 2]), large(1)]),
      fingerprintOf([float32("a", [1, 2], [1, 2]), large(1)]),
      fingerprintOf([a, large(2)]),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  test("samples large tensors throughout: first, middle and last values count", async () => {
    const values = Array.from({ length: 100_000 }, (_, i) => i);
    const changed = (from: number) =>
      values.map((value, i) => (i >= from && i < from + 20_000 ? -value - 1 : value));
    const all = [values, changed(0), changed(40_000), changed(80_000)].map((each) =>
      fingerprintOf([float32("w", [100, 1000], each)]),
    );
    expect(new Set(await Promise.all(all)).size).toBe(4);
  });

  test("reads whole bytes of types that are smaller than one", async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i);
    const four = { name: "w", dtype: "F4", dims: [10_000], bytes } as const;
    expect(await fingerprintOf([four])).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the identity", () => {
  const identityOf = async (file: Blob, name: string) => {
    const checkpoint = await loadCheckpoint(
      await openModel({ name, files: { "config.json": new Blob(["{}"]), "model.safetensors": file } }),
    );
    return (await checkpoint.weights([spec("a", 1)])).identity;
  };
  const bytes = safetensors([float32("a", [1], [1])]) as Uint8Array<ArrayBuffer>;

  test("is that of the content, and tells files of equal samples apart by what the platform knows of them", async () => {
    const file = (lastModified: number) => new File([bytes], "m.safetensors", { lastModified });
    expect(await identityOf(file(1), "x")).toBe(await identityOf(file(1), "y"));
    expect(await identityOf(file(1), "x")).not.toBe(await identityOf(file(2), "x"));
    expect(await identityOf(new Blob([bytes]), "x")).toBe(await identityOf(new Blob([bytes]), "x"));
  });
});

describe("a sharded checkpoint", () => {
  const shard = (name: string, value: number) => safetensors([float32(name, [1], [value])]);

  test("is one table over several files", async () => {
    const checkpoint = await load({
      "model.safetensors.index.json": index({ a: "model-1.safetensors", b: "model-2.safetensors" }),
      "model-1.safetensors": shard("a", 1),
      "model-2.safetensors": shard("b", 2),
    });
    const table = await checkpoint.weights([spec("a", 1), spec("b", 1)]);
    expect(table.files.map(({ location }) => location)).toEqual([
      "model-1.safetensors",
      "model-2.safetensors",
    ]);
    expect([...(await table.read("a")), ...(await table.read("b"))]).toEqual([1, 2]);
  });

  test("may have shards of one name in two folders", async () => {
    const checkpoint = await load({
      "model.safetensors.index.json": index({ a: "x/model.safetensors", b: "y/model.safetensors" }),
      "x/model.safetensors": shard("a", 1),
      "y/model.safetensors": shard("b", 2),
    });
    const table = await checkpoint.weights([spec("a", 1), spec("b", 1)]);
    expect(new Set(table.files.map(({ location }) => location)).size).toBe(table.files.length);
    expect([...(await table.read("a")), ...(await table.read("b"))]).toEqual([1, 2]);
  });

  test.each([
    ["a shard that is not there", index({ a: "none.safetensors" }), "expected the shard none.safetensors"],
    ["a tensor that its shard lacks", index({ a: "1.safetensors", z: "1.safetensors" }), 'tensor "z"'],
    ["a path that leaves the model", index({ a: "../1.safetensors" }), "inside the model"],
    ["an absolute path", index({ a: "/etc/passwd" }), "inside the model"],
    ["a path with backslashes", index({ a: "..\\1.safetensors" }), "inside the model"],
    ["no weight_map", new TextEncoder().encode("{}"), "weight_map"],
    ["a number for a file", index({ a: 1 }), "expected a file name"],
    ["a name given twice", new TextEncoder().encode('{"weight_map":{"a":"1","a":"2"}}'), "given twice"],
    ["no JSON", new TextEncoder().encode("weights"), "expected JSON"],
    ["bytes that are no text", Uint8Array.of(0xff), "UTF-8"],
    [
      "too many shards",
      index(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`t${i}`, `${i}.safetensors`]))),
      "at most 1024 shards",
    ],
  ])("whose index has %s is refused", async (_, indexBytes, message) => {
    const loading = load({ "model.safetensors.index.json": indexBytes, "1.safetensors": shard("a", 1) });
    await expect(loading).rejects.toThrow(CheckpointError);
    await expect(loading).rejects.toThrow(message);
  });

  test("in which two shards hold a tensor that the index does not place is refused", async () => {
    const two = (name: string) => safetensors([float32(name, [1], [1]), float32("both", [1], [1])]);
    const loading = load({
      "model.safetensors.index.json": index({ a: "1.safetensors", b: "2.safetensors" }),
      "1.safetensors": two("a"),
      "2.safetensors": two("b"),
    });
    await expect(loading).rejects.toThrow('tensor "both": expected in one shard');
  });
});

describe("a model without", () => {
  test("config.json is an error that says what to give", async () => {
    const files = await openModel({ name: "bare", files: { "model.safetensors": safetensors([]) } });
    await expect(loadCheckpoint(files)).rejects.toThrow(NotFoundError);
  });

  test("weights is an error that says what to give", async () => {
    await expect(load({})).rejects.toThrow(
      /expected model\.safetensors or model\.safetensors\.index\.json, got neither/,
    );
  });

  test.each([
    ["no JSON", new TextEncoder().encode("{"), "expected JSON"],
    ["no text", Uint8Array.of(0xc3, 0x28), "UTF-8"],
    ["too large", new Uint8Array(1024 * 1024 + 1), "at most 1048576 bytes"],
    ["nested without end", new TextEncoder().encode("[".repeat(100_000)), "nesting deeper"],
  ])("a readable config.json (it is %s) is a config error", async (_, bytes, message) => {
    const loading = load({ "config.json": bytes });
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(message);
  });
});

test("the embedded model loads, with every tensor in place", async () => {
  const files: Record<string, Uint8Array> = {};
  for (const [name, url] of Object.entries(nano.files)) files[name] = await readFile(url);
  const source: ModelSource = { ...nano, files };
  const checkpoint = await loadCheckpoint(await openModel(source));
  const table = await checkpoint.weights([...checkpoint.tensors.values()]);
  expect(table.names.length).toBeGreaterThan(100);
  expect(table.fingerprint).toBe(await checkpoint.fingerprint());
  const some = table.names[7] ?? "";
  expect((await table.read(some)).every(Number.isFinite)).toBe(true);
});

test("what nano exports is a model source", () => {
  const source: ModelSource = nano;
  expect(source.name).toBe("nano");
});
