import { InputError, type ModelStore, type SavedFile, UnsupportedError } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { float32, safetensors, type TestTensor } from "../__fixtures__/safetensors.js";
import { TestStore } from "../__fixtures__/test-store.js";
import { checkpointFiles, loadCheckpoint, openModel, saveFiles, writeSafetensors } from "../index.js";

const half: TestTensor = {
  name: "z.half",
  dtype: "F16",
  dims: [3],
  bytes: Uint8Array.of(0, 60, 0, 64, 0, 66),
};
const TENSORS = [
  half,
  float32("b", [2, 2], [1, 2, 3, 4]),
  float32("a", [], [5]),
  { name: "n", dtype: "I64", dims: [1], bytes: new Uint8Array(8) } as const,
];

const PYTHON =
  "00010000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074227d2c226e223a7b2264747970" +
  "65223a22493634222c227368617065223a5b315d2c22646174615f6f666673657473223a5b302c385d7d2c2261223a7b2264" +
  "74797065223a22463332222c227368617065223a5b5d2c22646174615f6f666673657473223a5b382c31325d7d2c2262223a" +
  "7b226474797065223a22463332222c227368617065223a5b322c325d2c22646174615f6f666673657473223a5b31322c3238" +
  "5d7d2c227a2e68616c66223a7b226474797065223a22463136222c227368617065223a5b335d2c22646174615f6f66667365" +
  "7473223a5b32382c33345d7d7d2000000000000000000000a0400000803f000000400000404000008040003c00400042";

const load = async (files: Record<string, Blob | Uint8Array>, variant?: string) =>
  loadCheckpoint(await openModel({ name: "test", files }, { variant }));
const original = () => load({ "config.json": new Blob(["{}"]), "model.safetensors": safetensors(TENSORS) });

async function contents(files: readonly SavedFile[]): Promise<Record<string, Blob>> {
  return Object.fromEntries((await saveFiles(undefined, files)).map((file) => [file.name, file]));
}

describe("writeSafetensors", () => {
  test("writes the bytes that the format's own library writes", async () => {
    const { tensors } = await original();
    const pieces: Uint8Array[] = [];
    for await (const piece of writeSafetensors([...tensors.values()])) pieces.push(piece);
    // safetensors 0.8.0 in Python: save({"z.half": torch.tensor([1, 2, 3], dtype=torch.float16), "b": torch.tensor([[1., 2.], [3., 4.]]),
    // "a": torch.tensor(5.), "n": torch.tensor([0])}, metadata={"format": "pt"}).hex()
    expect(Buffer.concat(pieces).toString("hex")).toBe(PYTHON);
  });

  test("refuses a name that is given twice and a length that the shape does not have", async () => {
    const [first] = [...(await original()).tensors.values()];
    if (!first) throw new TypeError("no tensor");
    const write = async (tensors: (typeof first)[]) => {
      for await (const _ of writeSafetensors(tensors)) break;
    };
    await expect(write([first, first])).rejects.toThrow("got one twice");
    await expect(write([{ ...first, dims: [7] }])).rejects.toThrow("bytes for");
  });
});

describe("checkpointFiles", () => {
  test("are read back as they were, whole and in shards, with and without a variant", async () => {
    const before = await original();
    for (const variant of [undefined, "fp16"]) {
      for (const maxShardBytes of [undefined, 16, 1]) {
        const content = { config: "{}", tensors: before.tensors.values(), metadata: before.metadata };
        const files = await contents(checkpointFiles(content, { maxShardBytes, variant }));
        const after = await load(files, variant);
        expect(await after.fingerprint()).toBe(await before.fingerprint());
        expect(after.metadata).toEqual(before.metadata);
        for (const [name, { dtype, dims }] of before.tensors)
          expect(after.tensors.get(name)).toMatchObject({ dtype, dims });
      }
    }
  });

  test("have the names and the index of the reference", async () => {
    const { tensors } = await original();
    const names = (options: object) =>
      checkpointFiles({ config: "{}", tensors: tensors.values() }, options).map(({ name }) => name);
    expect(names({})).toEqual(["config.json", "model.safetensors"]);
    expect(names({ variant: "fp16" })).toEqual(["config.json", "model.fp16.safetensors"]);
    expect(names({ maxShardBytes: 20, variant: "fp16" })).toEqual([
      "config.json",
      "model.fp16-00001-of-00003.safetensors",
      "model.fp16-00002-of-00003.safetensors",
      "model.fp16-00003-of-00003.safetensors",
      "model.safetensors.index.fp16.json",
    ]);
    const files = await contents(
      checkpointFiles({ config: "{}", tensors: tensors.values() }, { maxShardBytes: 20 }),
    );
    expect(JSON.parse((await files["model.safetensors.index.json"]?.text()) ?? "")).toEqual({
      metadata: { total_parameters: 9, total_size: 34 },
      weight_map: {
        a: "model-00002-of-00003.safetensors",
        b: "model-00002-of-00003.safetensors",
        n: "model-00003-of-00003.safetensors",
        "z.half": "model-00001-of-00003.safetensors",
      },
    });
  });

  test("refuse a shard size of nothing, and options by Python's names", async () => {
    const save = (options: object) => () => checkpointFiles({ config: "{}", tensors: [] }, options);
    expect(save({ maxShardBytes: 0 })).toThrow(InputError);
    expect(save({ max_shard_size: "5GB" })).toThrow("use maxShardBytes");
  });
});

describe("saveFiles", () => {
  test("tells the store which weights of an earlier save to remove, and no others", async () => {
    const seen: string[] = [];
    const inFolder = [
      "config.json",
      "model.safetensors",
      "model-00001-of-00002.safetensors",
      "model.safetensors.index.json",
      "model.fp16.safetensors",
      "model.fp16-00001-of-00002.safetensors",
      "model.safetensors.index.fp16.json",
      "notes.safetensors",
    ];
    const store: ModelStore = Object.assign(new TestStore(), {
      saveFolder: async (
        _: string | URL,
        __: readonly SavedFile[],
        { isObsolete = (_: string) => false } = {},
      ) => void seen.splice(0, seen.length, ...inFolder.filter(isObsolete)),
    });
    const file = (name: string): SavedFile => ({ name, content: () => "" });
    await saveFiles("x", [file("config.json"), file("model.safetensors")], { store });
    expect(seen).toEqual(["model-00001-of-00002.safetensors", "model.safetensors.index.json"]);
    await saveFiles("x", [file("model.fp16-00001-of-00003.safetensors")], { store });
    expect(seen).toEqual(inFolder.slice(4, 7));
    await saveFiles("x", [file("processor_config.json")], { store });
    expect(seen).toEqual([]);
  });

  test("is refused where there is no file system", async () => {
    await expect(saveFiles("x", [], { store: new TestStore() })).rejects.toThrow(UnsupportedError);
  });
});
