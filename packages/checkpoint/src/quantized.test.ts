import { CheckpointError, UnsupportedError, type WeightSpec } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { float32, safetensors, type TestTensor } from "./__fixtures__/safetensors.js";
import { type Checkpoint, loadCheckpoint, openModel } from "./index.js";

const FORM = { quantization: "int8-per-channel" };
const CONFIG = new TextEncoder().encode('{"model_type":"sam2"}');

const weight: TestTensor = int8("w", [2, 3], [1, -2, 3, 127, 0, -127]);
const scales = float32("w.int8_scale", [2], [0.5, 0.25]);
const spec: WeightSpec = { name: "w", dims: [2, 3] };

function int8(name: string, dims: readonly number[], values: readonly number[]): TestTensor {
  return { name, dtype: "I8", dims, bytes: new Uint8Array(Int8Array.from(values).buffer) };
}

async function load(
  tensors: readonly TestTensor[],
  metadata: Record<string, string> = FORM,
): Promise<Checkpoint> {
  const bytes = safetensors(tensors, { metadata });
  return loadCheckpoint(
    await openModel({ name: "test", files: { "config.json": CONFIG, "model.safetensors": bytes } }),
  );
}

describe("a quantized checkpoint", () => {
  test("gives each weight as its int8 times the scale of its first axis, exactly", async () => {
    const checkpoint = await load([weight, scales, float32("bias", [1], [7])]);
    const table = await checkpoint.weights([spec, { name: "bias", dims: [1] }]);
    expect([...(await table.read("w"))]).toEqual([0.5, -1, 1.5, 31.75, 0, -31.75]);
    expect([...(await table.read("bias"))]).toEqual([7]);
    const { location, byteOffset } = table.get("w");
    const source = table.files.find((file) => file.location === location)?.source;
    if (source?.kind !== "bytes") expect.unreachable();
    const values = new Float32Array(source.bytes.slice(byteOffset, byteOffset + 24).buffer);
    expect([...values]).toEqual([0.5, -1, 1.5, 31.75, 0, -31.75]);
  });

  test("has scales in float16 too, and a row that is one element", async () => {
    const halves: TestTensor = {
      name: "v.int8_scale",
      dtype: "F16",
      dims: [2],
      bytes: new Uint8Array(Uint16Array.of(0x3c00, 0x4000).buffer),
    };
    const table = await (await load([int8("v", [2], [3, -4]), halves])).weights([{ name: "v", dims: [2] }]);
    expect([...(await table.read("v"))]).toEqual([3, -8]);
  });

  test("does not show its scales as tensors, and no warning names them", async () => {
    const checkpoint = await load([weight, scales]);
    expect([...checkpoint.tensors.keys()]).toEqual(["w"]);
    const warnings: string[] = [];
    await checkpoint.weights([spec], { onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([]);
  });

  test("has a fingerprint in which integers and scales count", async () => {
    const prints = [
      [weight, scales],
      [weight, float32("w.int8_scale", [2], [0.5, 0.26])],
      [int8("w", [2, 3], [1, -2, 3, 127, 0, -126]), scales],
    ].map(async (tensors) => (await load(tensors)).fingerprint());
    expect(new Set(await Promise.all(prints)).size).toBe(3);
  });

  test("is the same whether its tensors are in one file or in two", async () => {
    const files = {
      "config.json": CONFIG,
      "model.safetensors.index.json": new TextEncoder().encode(
        JSON.stringify({ weight_map: { w: "a.safetensors", "w.int8_scale": "b.safetensors" } }),
      ),
      "a.safetensors": safetensors([weight], { metadata: FORM }),
      "b.safetensors": safetensors([scales], { metadata: FORM }),
    };
    const table = await (await loadCheckpoint(await openModel({ name: "test", files }))).weights([spec]);
    expect([...(await table.read("w"))]).toEqual([0.5, -1, 1.5, 31.75, 0, -31.75]);
  });
});

test("without the entry in __metadata__ int8 stays int8 and names mean nothing", async () => {
  const checkpoint = await load([weight, scales], {});
  const table = await checkpoint.weights([spec]);
  expect([...(await table.read("w"))]).toEqual([1, -2, 3, 127, 0, -127]);
  expect(checkpoint.tensors.has("w.int8_scale")).toBe(true);
});

test.each<[string, readonly TestTensor[], RegExp]>([
  ["no scales", [weight], /"w": expected int8_scale beside an I8 tensor, got none/],
  ["scales of nothing", [scales], /"w.int8_scale": expected an I8 tensor/],
  ["scales of a float tensor", [float32("w", [2], [1, 2]), scales], /"w.int8_scale": expected an I8 tensor/],
  ["too few scales", [weight, float32("w.int8_scale", [1], [1])], /expected F32 or F16 \[2\], got F32 \[1\]/],
  ["too many scales", [weight, float32("w.int8_scale", [3], [1, 1, 1])], /\[2\], got F32 \[3\]/],
  ["scales of another rank", [weight, float32("w.int8_scale", [2, 1], [1, 1])], /\[2\], got F32 \[2, 1\]/],
  ["scales that are integers", [weight, int8("w.int8_scale", [2], [1, 1])], /"w.int8_scale"/],
  [
    "a single number",
    [int8("n", [], [1]), float32("n.int8_scale", [], [1])],
    /"n": expected an I8 tensor with axes/,
  ],
])("%s: the file is refused when it is opened", async (_, tensors, message) => {
  const opened = load(tensors);
  await expect(opened).rejects.toBeInstanceOf(CheckpointError);
  await expect(opened).rejects.toThrow(message);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  "a scale of %d is refused when weights are read",
  async (scale) => {
    const checkpoint = await load([weight, float32("w.int8_scale", [2], [1, scale])]);
    const weights = checkpoint.weights([spec]);
    await expect(weights).rejects.toBeInstanceOf(CheckpointError);
    await expect(weights).rejects.toThrow(/"w.int8_scale": expected scales > 0, got .* at 1/);
  },
);

test("a form of quantization from elsewhere is not guessed at", async () => {
  await expect(load([weight, scales], { quantization: "int4-groups" })).rejects.toBeInstanceOf(
    UnsupportedError,
  );
});
