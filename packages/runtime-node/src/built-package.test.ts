import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { busy, LARGE_PRODUCT, NEGATE } from "./__fixtures__/tiny-onnx.js";

const PACKAGE = new URL("../dist/index.js", import.meta.url);

beforeAll(() => {
  expect(existsSync(PACKAGE), "dist is missing: run the package's build first").toBe(true);
});

/** Runs a module in a Node of its own with `createNodeRuntime` and `session` (y = -x) at hand. */
async function inChild(program: string, flags: readonly string[] = []): Promise<string> {
  return (await child(program, flags)).stdout.trim();
}

async function child(
  program: string,
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const source = `
    import { createNodeRuntime } from ${JSON.stringify(PACKAGE.href)};
    import { describeModel } from "@sam2js/core/testing";
    const description = describeModel("tiny", ${JSON.stringify(NEGATE)});
    const heavy = describeModel("heavy", ${JSON.stringify(busy(24))});
    const x = { type: "float32", dims: [1, 2], data: Float32Array.of(1, 2) };
    ${program}`;
  return promisify(execFile)(process.execPath, [...flags, "--input-type=module", "--eval", source], {
    cwd: fileURLToPath(new URL(".", PACKAGE)),
    env: { ...process.env, ...env },
    timeout: 300_000,
  });
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

  describe("may end in the middle of a run", () => {
    /** Starts runs of tens of milliseconds each; `end` is what the program does then. */
    const program = (end: string, options = "{}") => `
      const runtime = createNodeRuntime({ threads: 2 });
      const session = await runtime.createSession(heavy, ${options});
      const big = { type: "float32", dims: [640, 640], data: new Float32Array(640 * 640) };
      for (let i = 0; i < 4; i++) session.run({ x: big }).catch(() => undefined);
      setTimeout(() => { ${end} }, 3 + 40 * Math.random());`;
    const codeOf = (source: string) =>
      inChild(source).then(
        () => 0,
        ({ code, signal }) => signal ?? code,
      );

    test.each([
      ["process.exit(0)", 0],
      ["process.exit(7)", 7],
      ["throw new RangeError('of the program')", 1],
    ])("by %s: the exit code is the program's", async (end, code) => {
      for (let i = 0; i < 4; i++) {
        expect(await codeOf(program(end)), `run ${i}`).toBe(code);
        expect(await codeOf(program(end, "{ sideBySide: true }")), `runs side by side ${i}`).toBe(code);
      }
    });

    test.each([
      ["process.exit(7)", "exit 7"],
      ["throw new RangeError('of the program')", "error of the program exit 1"],
    ])("in a worker of its own by %s: the process goes on", async (end, events) => {
      const started = `
        import { Worker } from "node:worker_threads";
        const worker = new Worker(\`import(${JSON.stringify(PACKAGE.href)}).then(async ({ createNodeRuntime }) => {
          const { describeModel } = await import("@sam2js/core/testing");
          const heavy = describeModel("heavy", ${JSON.stringify(busy(24))});
          ${program(end)}
        })\`, { eval: true });
        worker.on("error", ({ message }) => console.log("error", message));
        worker.on("exit", (code) => console.log("exit", code));`;
      for (let i = 0; i < 4; i++) {
        expect((await inChild(started)).replaceAll("\n", " "), `run ${i}`).toBe(events);
      }
    });
  });

  test("leaves no telemetry of the engine, neither on disk nor on stderr", async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), "sam2js-home-"));
    const program = `
      const runtime = createNodeRuntime();
      await (await runtime.createSession(description)).run({ x });
      console.log(process.env.ORT_DISABLE_TELEMETRY);`;
    for (const HOME of [home, path.join(home, "none", "such")]) {
      const { stdout, stderr } = await child(program, [], { HOME, XDG_CACHE_HOME: undefined });
      expect({ stdout, stderr }).toEqual({ stdout: "undefined\n", stderr: "" });
    }
    expect(await readdir(home)).toEqual([]);
    await rm(home, { recursive: true });
  });

  test("computes with a large mapped weight, and the engine warns of nothing", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "sam2js-weight-"));
    const file = path.join(folder, "large.bin");
    await writeFile(file, new Uint8Array(Float32Array.from({ length: 512 * 512 }, (_, i) => i % 7).buffer));
    const program = `
      const runtime = createNodeRuntime({ threads: 2 });
      const weights = [{ location: "large.bin", sizeBytes: 2 ** 20, source: { kind: "path", path: ${JSON.stringify(file)} } }];
      const session = await runtime.createSession(describeModel("large", ${JSON.stringify(LARGE_PRODUCT)}, weights));
      const rows = { type: "float32", dims: [1024, 512], data: Float32Array.from({ length: 1024 * 512 }, (_, i) => i % 3) };
      const { y } = await session.run({ x: rows });
      console.log([0, 511, 1023].map((row) => y.data[row * 512 + row % 512]).join());`;
    const product = (row: number, column: number) =>
      Array.from({ length: 512 }, (_, k) => ((row * 512 + k) % 3) * ((k * 512 + column) % 7));
    const expected = [0, 511, 1023].map((row) => product(row, row % 512).reduce((a, b) => a + b));
    expect(await child(program, [])).toEqual({ stdout: `${expected.join()}\n`, stderr: "" });
    await rm(folder, { recursive: true });
  });
});
