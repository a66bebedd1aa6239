import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DisposedError, InputError, type Runtime, Tensor, UnsupportedError } from "@sam2js/core";
import { afterEach, expect, describe as suite, test } from "vitest";
import { busy, describe, LARGE_PRODUCT, NEGATE } from "./__fixtures__/tiny-onnx.js";
import { createNodeRuntime, type NodeRuntimeOptions } from "./index.js";

let runtime: Runtime | undefined;
afterEach(async () => {
  await runtime?.dispose();
  runtime = undefined;
});

suite("options", () => {
  test.each([
    ["an unknown device", { device: "tpu" }],
    ["no threads", { threads: 0 }],
    ["half a thread", { threads: 1.5 }],
    ["thousands of threads", { threads: 9999 }],
    ["no prompts", { promptsPerRun: 0 }],
    ["an unknown log level", { logLevel: "loud" }],
  ])("%s is an InputError", (_, options) => {
    expect(() => createNodeRuntime(options as NodeRuntimeOptions)).toThrow(InputError);
  });

  test("threads and prompts per run are what was asked for", async () => {
    runtime = createNodeRuntime({ threads: 1, promptsPerRun: 5 });
    expect(await runtime.capabilities()).toMatchObject({ device: "cpu", threads: 1, promptsPerRun: 5 });
  });

  test("auto is the CPU, with fused attention and 8 prompts a run", async () => {
    runtime = createNodeRuntime({ device: "auto" });
    const capabilities = await runtime.capabilities();
    expect(capabilities).toMatchObject({ device: "cpu", fusedAttention: true, promptsPerRun: 8 });
    expect(capabilities.engine).toMatch(/^onnxruntime-node \d+\.\d+\.\d+$/);
    expect(capabilities.dtypes).toContain("fp32");
    expect(capabilities.threads).toBeGreaterThanOrEqual(1);
  });
});

suite("runs side by side", () => {
  test.each([
    [{ threads: 1 }, 1],
    [{ threads: 2 }, 2],
    [{ threads: 16 }, 4],
    [{ threads: 2, worker: false }, 1],
  ])("with %o there are %i", async (options, count) => {
    runtime = createNodeRuntime(options);
    expect(await runtime.capabilities()).toMatchObject({ sideBySideRuns: count });
    const session = await runtime.createSession(describe(NEGATE), { sideBySide: true });
    const runs = Array.from({ length: 9 }, (_, i) =>
      session.run({ x: new Tensor("float32", Float32Array.of(i, -i), [1, 2]) }),
    );
    const found = (await Promise.all(runs)).map(({ y }) => [...((y as Tensor).data as Float32Array)]);
    expect(found).toEqual(runs.map((_, i) => [-i, i]));
  });

  test("compute the same numbers, whichever engine they go to", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "sam2js-lanes-")), "large.bin");
    const weights = wave(512 * 512);
    writeFileSync(file, weights);
    runtime = createNodeRuntime({ threads: 4 });
    const source = { kind: "path", path: file } as const;
    const description = describe(LARGE_PRODUCT, [
      { location: "large.bin", sizeBytes: weights.byteLength, source },
    ]);
    const session = await runtime.createSession(description, { sideBySide: true });
    const x = new Tensor("float32", wave(1024 * 512), [1024, 512]);
    const runs = await Promise.all(Array.from({ length: 4 }, () => session.run({ x })));
    const [first, ...others] = runs.map(({ y }) => Buffer.from((y as Tensor<"float32">).data.buffer));
    for (const other of others) expect(first?.equals(other)).toBe(true);
    rmSync(dirname(file), { recursive: true });
  });

  test("end with their runtime, also those under way", async () => {
    runtime = createNodeRuntime({ threads: 2 });
    const session = await runtime.createSession(describe(busy(24)), { sideBySide: true });
    const x = Tensor.zeros("float32", [640, 640]);
    const runs = Promise.allSettled([session.run({ x }), session.run({ x }), session.run({ x })]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await runtime.dispose();
    for (const result of await runs) {
      expect(DisposedError.isInstance(result.status === "rejected" && result.reason)).toBe(true);
    }
  });
});

suite("a device that this platform does not have", () => {
  const absent = process.platform === "win32" ? "coreml" : "dml";

  test("is reported with what it would need", async () => {
    runtime = createNodeRuntime({ device: absent });
    const report = (await runtime.capabilities()).devices.find(({ device }) => device === absent);
    expect(report).toMatchObject({ available: false });
    expect(report?.detail).toMatch(/Windows|macOS/);
  });

  test("ends a session before its graph is built, and says what works", async () => {
    runtime = createNodeRuntime({ device: absent });
    let isBuilt = false;
    const description = {
      ...describe(NEGATE),
      build: async () => {
        isBuilt = true;
        return { model: new Uint8Array(0), weights: [] };
      },
    };
    const error: unknown = await runtime.createSession(description).catch((reason: unknown) => reason);
    expect(UnsupportedError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/What works: cpu/);
    expect(isBuilt).toBe(false);
  });
});

/** Numbers that are no small fractions, so that sums depend on their order. */
function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i));
}
