import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { busy, NEGATE } from "./__fixtures__/tiny-onnx.js";

const PACKAGE = new URL("../dist/index.js", import.meta.url);

beforeAll(() => {
  expect(existsSync(PACKAGE), "dist is missing: run the package's build first").toBe(true);
});

/** Runs a module in a Node of its own with `createNodeRuntime` and `session` (y = -x) at hand. */
async function inChild(program: string, flags: readonly string[] = []): Promise<string> {
  const source = `
    import { createNodeRuntime } from ${JSON.stringify(PACKAGE.href)};
    import { describeModel } from "@sam2js/core/testing";
    const description = describeModel("tiny", ${JSON.stringify(NEGATE)});
    const heavy = describeModel("heavy", ${JSON.stringify(busy(24))});
    const x = { type: "float32", dims: [1, 2], data: Float32Array.of(1, 2) };
    ${program}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, "--input-type=module", "--eval", source],
    {
      cwd: fileURLToPath(new URL(".", PACKAGE)),
      timeout: 60_000,
    },
  );
  return stdout.trim();
}

describe("a program that uses the built package", () => {
  test("ends on its own while the runtime is idle and not disposed of", async () => {
    const program = `
      const runtime = createNodeRuntime();
      const session = await runtime.createSession(description);
      const { y } = await session.run({ x }, { keepOnDevice: ["y"] });
      console.log((await y.read()).data.join());`;
    expect(await inChild(program)).toBe("-1,-2");
  });

  test("ends on its own with idle engines side by side", async () => {
    const program = `
      const runtime = createNodeRuntime({ threads: 2 });
      const session = await runtime.createSession(description, { sideBySide: true });
      const runs = await Promise.all([session.run({ x }), session.run({ x }), session.run({ x })]);
      console.log(runs.map(({ y }) => y.data.join()).join(" "));`;
    expect(await inChild(program)).toBe("-1,-2 -1,-2 -1,-2");
  });

  test("stays alive while a call is pending, though nobody awaits it", async () => {
    const program = `
      const runtime = createNodeRuntime();
      runtime.createSession(description).then((session) => session.run({ x })).then(({ y }) => console.log(y.data.join()));`;
    expect(await inChild(program)).toBe("-1,-2");
  });

  test("survives a dispose within a run, after an abort or not", async () => {
    const program = `
      for (const isAborted of [false, true, false, true]) {
        const runtime = createNodeRuntime({ threads: 1 });
        const session = await runtime.createSession(heavy);
        const controller = new AbortController();
        const big = { type: "float32", dims: [640, 640], data: new Float32Array(640 * 640) };
        const run = session.run({ x: big }, { signal: controller.signal }).catch(({ name }) => name);
        await new Promise((done) => setTimeout(done, 40));
        if (isAborted) controller.abort(new DOMException("stop", "AbortError"));
        await runtime.dispose();
        console.log(await run);
      }`;
    expect((await inChild(program)).split("\n")).toEqual([
      "DisposedError",
      "AbortError",
      "DisposedError",
      "AbortError",
    ]);
  });

  test("opens nothing by importing the package or creating a runtime", async () => {
    const program = `
      const before = process.getActiveResourcesInfo().length;
      createNodeRuntime();
      const report = process.report.getReport();
      const native = report.sharedObjects.filter((name) => /onnxruntime|vips/.test(name));
      console.log(process.getActiveResourcesInfo().length - before, native.length);`;
    expect(await inChild(program)).toBe("0 0");
  });

  test("frees kept tensors that were forgotten", async () => {
    const program = `
      const runtime = createNodeRuntime();
      const session = await runtime.createSession(description);
      const big = { type: "float32", dims: [4_000_000, 2], data: new Float32Array(8_000_000) }; // 32 MB
      for (let i = 0; i < 60; i++) {
        await session.run({ x: big }, { keepOnDevice: ["y"] });
        globalThis.gc();
        await new Promise((done) => setTimeout(done, 5));
      }
      console.log(process.memoryUsage().rss < 1e9);`;
    expect(await inChild(program, ["--expose-gc"])).toBe("true");
  });
});
