import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fixtureDir } from "@sam2js/reference";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { makeFolder, runKept } from "./__fixtures__/run-cli.js";

/** Needs `pip install onnx onnxruntime`; versions of 2026 and later know opset 23. */
const PYTHON = process.env.SAM2JS_PYTHON ?? "python3";
const SCRIPT = fileURLToPath(new URL("./__fixtures__/check_exports.py", import.meta.url));
const hasOnnx = spawnSync(PYTHON, ["-c", "import onnx, onnxruntime"]).status === 0;
const title = hasOnnx
  ? "onnx's checker and Python's onnxruntime"
  : `onnx's checker and Python's onnxruntime (not tested: ${PYTHON} has no onnx and onnxruntime)`;

/** Sizes of free axes, by their names in files. */
const SIZES: Readonly<Record<string, number>> = { K: 3, F: 2, R: 2, boxes: 0, "N?": 1 };
const TYPES = { float32: "<f4", int32: "<i4", int64: "<i8" } as const;

/** Of the largest number of a tensor: the same numbers summed in another order. */
const EXACT = 1e-4;
/** Numbers of 11 bits in the encoder; its outputs are fp32. */
const HALF = 5e-3;
/** Weights of 8 bits in the encoder. */
const BYTES = 5e-2;

/** Runs a file on Node's engine with made-up numbers, and writes down inputs and outputs for Python. */
async function answers(file: string, folder: string) {
  const session = await ort.InferenceSession.create(file);
  const written = (name: string, { type, dims, data }: ort.Tensor) => {
    const at = name.replaceAll("/", "-");
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    writeFileSync(join(folder, at), new Uint8Array(buffer, byteOffset, byteLength));
    return { file: at, type: TYPES[type as keyof typeof TYPES], dims };
  };
  const feeds: Record<string, ort.Tensor> = {};
  for (const info of session.inputMetadata) {
    if (!info.isTensor) throw new TypeError(`${info.name} is no tensor`);
    const dims = info.shape.map((size) => (typeof size === "number" ? size : (SIZES[size] ?? 2)));
    const count = dims.reduce((a, b) => a * b, 1);
    const wave = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7) + Math.cos(i / 3));
    feeds[info.name] =
      info.type === "float32"
        ? new ort.Tensor("float32", info.name.includes("labels") ? wave.fill(1) : wave, dims)
        : info.type === "int64"
          ? new ort.Tensor("int64", new BigInt64Array(count).fill(1n), dims)
          : new ort.Tensor("int32", new Int32Array(count).fill(1), dims);
  }
  const results = await session.run(feeds);
  await session.release();
  const name = file.slice(file.lastIndexOf("/") + 1);
  const all = (values: Readonly<Record<string, ort.Tensor>>, kind: string) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, written(`${name}.${kind}.${key}`, value)]),
    );
  return { inputs: all(feeds, "in"), outputs: all(results, "out") };
}

const graphsIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".onnx"));

describe.skipIf(!hasOnnx)(title, () => {
  it.each([
    [
      "nano",
      ["--layout", "two-file"],
      [
        ["--opset", "17"],
        ["--attention", "onnx"],
        ["--attention", "fused"],
      ],
    ],
    ["nano", ["--layout", "transformers.js"], [["--opset", "18"], ["--external-data"]]],
    [
      "nano",
      ["--layout", "two-file"],
      [
        ["--dtype", "fp16"],
        ["--dtype", "q8"],
      ],
    ],
    [
      "video-a",
      ["--layout", "own", "--video"],
      [
        ["--attention", "onnx"],
        ["--opset", "17"],
      ],
    ],
    [
      "video-edge-a",
      ["--layout", "own", "--video"],
      [
        ["--attention", "onnx"],
        ["--opset", "17"],
      ],
    ],
  ] as const)("agree with Node's about %s %j in every form", async (name, layout, forms) => {
    const cwd = makeFolder();
    const model = name === "nano" ? name : fixtureDir(name);
    const folders = [["base"], ...forms.map((form, i) => [`form-${i}`, ...form])];
    for (const [out = "", ...form] of folders) {
      const { status, stderr } = await runKept(["export", model, ...layout, ...form, "--out", out], { cwd });
      expect([status, stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    }
    mkdirSync(join(cwd, "data"));
    const expected = new Map<string, Awaited<ReturnType<typeof answers>>>();
    for (const graph of graphsIn(join(cwd, "base")))
      expected.set(graph, await answers(join(cwd, "base", graph), join(cwd, "data")));
    const cases = folders.flatMap(([out = ""]) =>
      graphsIn(join(cwd, out)).map((graph) => ({ file: `../${out}/${graph}`, ...expected.get(graph) })),
    );
    writeFileSync(join(cwd, "data", "cases.json"), JSON.stringify(cases));
    const { stdout, stderr, status } = spawnSync(PYTHON, [SCRIPT, join(cwd, "data")], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    expect(status, stderr).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { file: string; errors: object });
    expect(lines).toHaveLength(cases.length);
    for (const { file, errors } of lines) {
      const form = folders.find(([out = ""]) => file.startsWith(`../${out}/`))?.join(" ") ?? "";
      const isEncoder = /(?<!prompt_)encoder\.onnx$/.test(file);
      const tolerance = !isEncoder
        ? EXACT
        : form.includes("q8")
          ? BYTES
          : form.includes("fp16")
            ? HALF
            : EXACT;
      expect(Object.keys(errors).length, file).toBeGreaterThan(0);
      for (const [output, error] of Object.entries(errors))
        expect(error, `${file} (${form}) ${output}`).toBeLessThan(tolerance);
    }
  });
});
