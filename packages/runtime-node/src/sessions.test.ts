import {
  appendFile,
  mkdtemp,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  CheckpointError,
  DisposedError,
  EngineError,
  InputError,
  isDeviceTensor,
  type Runtime,
  ShapeError,
  Tensor,
  type WeightFile,
} from "@sam2js/core";
import { afterAll, afterEach, beforeAll, expect, describe as suite, test } from "vitest";
import { AFFINE, busy, describe, NEGATE } from "./__fixtures__/tiny-onnx.js";
import { createNodeRuntime } from "./index.js";
import { stateOf } from "./store/file-state.js";

const W = new Uint8Array(Float32Array.from([99, 1, 2, 3, 4, 5, 6]).buffer);
const B = new Uint8Array(Float32Array.from([10, 20, 30]).buffer);
const x = new Tensor("float32", Float32Array.of(1, 1, 0, 2), [2, 2]);
const EXPECTED = [15, 27, 39, 18, 30, 42];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "sam2js-session-"));
  await writeFile(path.join(folder, "w.bin"), W);
  await writeFile(path.join(folder, "b.bin"), B);
});
afterAll(() => rm(folder, { recursive: true }));

const onDisk = (location: string, sizeBytes: number, at = path.join(folder, location)): WeightFile => ({
  location,
  sizeBytes,
  source: { kind: "path", path: at },
});
const inMemory = (location: string, bytes: Uint8Array): WeightFile => ({
  location,
  sizeBytes: bytes.length,
  source: { kind: "bytes", bytes },
});
const shared = (bytes: Uint8Array) => {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};

for (const worker of [true, false]) {
  suite(worker ? "in a worker" : "in the caller's thread", () => {
    let runtime: Runtime;
    beforeAll(() => {
      runtime = createNodeRuntime({ worker, threads: 2 });
    });
    afterAll(() => runtime.dispose());

    test.each([
      ["mapped from one folder", () => [onDisk("w.bin", 28), onDisk("b.bin", 12)]],
      ["in memory", () => [inMemory("w.bin", W), inMemory("b.bin", B)]],
      ["in shared memory", () => [inMemory("w.bin", shared(W)), inMemory("b.bin", shared(B))]],
      [
        "in a blob",
        () => [
          { location: "w.bin", sizeBytes: 28, source: { kind: "blob", blob: new Blob([W]) } } as WeightFile,
          inMemory("b.bin", B),
        ],
      ],
      ["some on disk and some in memory", () => [onDisk("w.bin", 28), inMemory("b.bin", B)]],
    ])("weights may be %s", async (_, weights) => {
      const session = await runtime.createSession(describe(AFFINE, weights()));
      const { y } = await session.run({ x });
      expect(y).toMatchObject({ type: "float32", dims: [2, 3], data: Float32Array.from(EXPECTED) });
      await session.dispose();
    });

    test("a weight file behind a link out of its folder is found by its real path", async () => {
      const other = await mkdtemp(path.join(os.tmpdir(), "sam2js-link-"));
      await symlink(path.join(folder, "w.bin"), path.join(other, "w.bin"));
      const weights = [onDisk("w.bin", 28, path.join(other, "w.bin")), onDisk("b.bin", 12)];
      const session = await runtime.createSession(describe(AFFINE, weights));
      const { y } = await session.run({ x });
      expect((y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
      await session.dispose();
      await rm(other, { recursive: true });
    });

    test("weight files may lie in several folders and have other names than in the graph", async () => {
      const other = await mkdtemp(path.join(os.tmpdir(), "sam2js-other-"));
      await writeFile(path.join(other, "bias"), B);
      const weights = [onDisk("w.bin", 28), onDisk("b.bin", 12, path.join(other, "bias"))];
      const session = await runtime.createSession(describe(AFFINE, weights));
      expect(((await session.run({ x })).y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
      await session.dispose();
      await rm(other, { recursive: true });
    });

    suite("a mapped weight file", () => {
      /** A session on a copy of the weights, after a run. */
      async function loaded() {
        const place = await mkdtemp(path.join(os.tmpdir(), "sam2js-mapped-"));
        const [w, b] = [path.join(place, "w.bin"), path.join(place, "b.bin")];
        await writeFile(w, W);
        await writeFile(b, B);
        const weights = [onDisk("w.bin", 28, w), onDisk("b.bin", 12, b)];
        const session = await runtime.createSession(describe(AFFINE, weights));
        await session.run({ x });
        return { w, place, session };
      }

      test.each([
        ["is emptied", (file: string) => truncate(file)],
        ["is cut in half", (file: string) => truncate(file, 14)],
        ["is overwritten with as many bytes", (file: string) => writeFile(file, new Uint8Array(28))],
        ["grows", (file: string) => appendFile(file, "more")],
      ])("that %s ends runs with an EngineError that says what to do", async (_, change) => {
        const { w, place, session } = await loaded();
        await change(w);
        await utimes(w, new Date(2020, 1), new Date(2020, 1)); // clocks of file systems are coarse
        const error = await session.run({ x }).catch((reason: unknown) => reason);
        expect(EngineError.isInstance(error)).toBe(true);
        expect(String(error)).toMatch(/w\.bin was written to.*load the model again.*renaming/);
        await session.dispose();
        await rm(place, { recursive: true });
      });

      test.each([
        ["replaced by another", async (file: string) => rename(`${file}.new`, file)],
        ["overwritten", async (file: string) => writeFile(file, new Uint8Array(28))],
        ["cut", async (file: string) => truncate(file, 14)],
      ])("that was %s since the model was opened makes no further session", async (_, change) => {
        const { w, place, session } = await loaded();
        await utimes(w, new Date(2020, 1), new Date(2020, 1)); // clocks of file systems are coarse
        const state = stateOf(await stat(w));
        const weights = [
          { ...onDisk("w.bin", 28), source: { kind: "path", path: w, state } as const },
          onDisk("b.bin", 12),
        ];
        const another = await runtime.createSession(describe(AFFINE, weights));
        expect(((await another.run({ x })).y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
        await writeFile(`${w}.new`, new Uint8Array(28));
        await change(w);
        const error = await runtime.createSession(describe(AFFINE, weights)).catch((reason) => reason);
        expect(CheckpointError.isInstance(error)).toBe(true);
        expect(String(error)).toMatch(
          /expected the file that the model was opened with.*load the model again/,
        );
        await Promise.all([session.dispose(), another.dispose()]);
        await rm(place, { recursive: true });
      });

      test("may be removed, or replaced by another", async () => {
        const { w, place, session } = await loaded();
        await writeFile(`${w}.new`, new Uint8Array(28));
        await rename(`${w}.new`, w);
        expect(((await session.run({ x })).y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
        await rm(place, { recursive: true });
        expect(((await session.run({ x })).y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
        await session.dispose();
      });
    });

    suite("a trimmed session", () => {
      test("gives back what its runs took, and runs as before", async () => {
        const count = 2 ** 23; // 64 MiB a tensor: one between the operations, one for the result
        const twice = {
          ...NEGATE,
          operations: [
            { type: "Neg", inputs: ["x"], outputs: ["t"] },
            { type: "Neg", inputs: ["t"], outputs: ["y"] },
          ],
        };
        const session = await runtime.createSession(describe(twice));
        const run = async () => {
          const { y } = await session.run(
            { x: Tensor.zeros("float32", [count, 2]) },
            { keepOnDevice: ["y"] },
          );
          if (isDeviceTensor(y)) await y.dispose();
        };
        await run();
        const before = process.memoryUsage().rss;
        await session.trim?.();
        expect((before - process.memoryUsage().rss) / 2 ** 20).toBeGreaterThan(50);
        await run();
        await session.dispose();
      });

      test("goes on with the weights that it was loaded with, replaced or not", async () => {
        const place = await mkdtemp(path.join(os.tmpdir(), "sam2js-trimmed-"));
        const w = path.join(place, "w.bin");
        await writeFile(w, W);
        const session = await runtime.createSession(
          describe(AFFINE, [onDisk("w.bin", 28, w), onDisk("b.bin", 12)]),
        );
        await session.trim?.();
        expect(((await session.run({ x })).y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
        await writeFile(`${w}.new`, new Uint8Array(28));
        await rename(`${w}.new`, w);
        await session.trim?.();
        expect(((await session.run({ x })).y as Tensor).data).toEqual(Float32Array.from(EXPECTED));
        await session.dispose();
        await rm(place, { recursive: true });
      });
    });

    test("the caller's arrays stay the caller's", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      const data = Float32Array.of(7, 1, 2, 3, 4).subarray(1);
      await session.run({ x: { type: "float32", dims: [2, 2], data } });
      expect(data).toEqual(Float32Array.of(1, 2, 3, 4));
    });

    test("the caller's tiny numbers stay, whatever the engine takes for 0", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      await session.run({ x: Tensor.zeros("float32", [2, 2]) });
      const [smallest = 0] = [Number.MIN_VALUE].map((value) => value * 3);
      expect(smallest / 3).toBe(Number.MIN_VALUE);
    });

    test("inputs may lie in shared memory", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      const data = new Float32Array(new SharedArrayBuffer(8)).fill(2);
      const { y } = await session.run({ x: { type: "float32", dims: [1, 2], data } });
      expect((y as Tensor).data).toEqual(Float32Array.of(-2, -2));
    });

    test("an axis of size 0 runs and gives an empty output", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      const { y } = await session.run({ x: Tensor.zeros("float32", [0, 2]) });
      expect(y).toMatchObject({ dims: [0, 2], data: new Float32Array(0) });
    });

    test("a kept output goes into the next run and can be read until it is disposed of", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      const { y } = await session.run({ x }, { keepOnDevice: ["y"] });
      if (!isDeviceTensor(y)) throw new TypeError("y was not kept");
      const back = await session.run({ x: y });
      expect((back.y as Tensor).data).toEqual(x.data);
      expect((await y.read()).data).toEqual(Float32Array.of(-1, -1, -0, -2));
      expect((await y.read()).data).toEqual(Float32Array.of(-1, -1, -0, -2));
      await y.dispose();
      await y.dispose();
      await expect(y.read()).rejects.toSatisfy((error) => DisposedError.isInstance(error));
      await expect(session.run({ x: y })).rejects.toSatisfy((error) => DisposedError.isInstance(error));
    });

    test("a kept tensor of another runtime is refused", async () => {
      await using other = createNodeRuntime({ worker: false });
      const session = await runtime.createSession(describe(NEGATE));
      const stranger = await other.createSession(describe(NEGATE));
      const { y } = await stranger.run({ x }, { keepOnDevice: ["y"] });
      await expect(session.run({ x: y! })).rejects.toSatisfy((error) => InputError.isInstance(error));
    });

    test("float16 travels as its bits", async () => {
      const graph = {
        operations: [{ type: "Neg", inputs: ["x"], outputs: ["y"] }],
        inputs: [{ name: "x", type: "float16", dims: [2] }],
        outputs: [{ name: "y", type: "float16", dims: [2] }],
      } as const;
      const session = await runtime.createSession(describe(graph));
      const { y } = await session.run({ x: new Tensor("float16", Uint16Array.of(0x3c00, 0x4000), [2]) });
      expect((y as Tensor).data).toEqual(Uint16Array.of(0xbc00, 0xc000));
    });

    test.each([
      ["missing", {}],
      ["of another type", { x: Tensor.zeros("int32", [1, 2]) }],
      ["of another rank", { x: Tensor.zeros("float32", [2]) }],
      ["of another size", { x: Tensor.zeros("float32", [1, 3]) }],
      ["no tensor", { x: [1, 2] as unknown as Tensor }],
      ["joined by a stranger", { x, z: x }],
    ])("an input that is %s is a ShapeError", async (_, inputs) => {
      const session = await runtime.createSession(describe(NEGATE));
      await expect(session.run(inputs as never)).rejects.toSatisfy((error) => ShapeError.isInstance(error));
    });

    test("axes of one name must agree", async () => {
      const session = await runtime.createSession(describe(busy(1)));
      await expect(session.run({ x: Tensor.zeros("float32", [2, 3]) })).rejects.toThrow(/N = 2/);
    });

    test("an unknown output is refused", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      await expect(session.run({ x }, { keepOnDevice: ["z"] })).rejects.toThrow(/out of y/);
    });

    test("a graph that the engine does not take is an EngineError that names the session", async () => {
      const broken = { ...describe(NEGATE), build: async () => ({ model: new Uint8Array(9), weights: [] }) };
      const error = await runtime.createSession(broken).catch((reason) => reason);
      expect(EngineError.isInstance(error)).toBe(true);
      expect(error.message).toContain("tiny");
    });

    test("a missing weight file is an EngineError", async () => {
      const weights = [onDisk("w.bin", 28), onDisk("b.bin", 12, path.join(folder, "gone", "b.bin"))];
      await expect(runtime.createSession(describe(AFFINE, weights))).rejects.toSatisfy((error) =>
        EngineError.isInstance(error),
      );
    });

    test("sessions of one digest are built once and live until the last is disposed of", async () => {
      let builds = 0;
      const description = describe(NEGATE);
      const counted = {
        ...description,
        build: async () => {
          builds += 1;
          return description.build();
        },
      };
      const [first, second] = await Promise.all([
        runtime.createSession(counted),
        runtime.createSession(counted),
      ]);
      expect(builds).toBe(1);
      await first.dispose();
      await expect(first.run({ x })).rejects.toSatisfy((error) => DisposedError.isInstance(error));
      const { y } = await second.run({ x });
      expect((y as Tensor).data[0]).toBe(-1);
      await second.dispose();
      await (await runtime.createSession(counted)).dispose();
      expect(builds).toBe(2);
    });

    test("overlapping runs answer in the order of the calls", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      const order: number[] = [];
      await Promise.all(
        [1, 2, 3].map(async (value) => {
          const { y } = await session.run({ x: new Tensor("float32", Float32Array.of(value, 0), [1, 2]) });
          order.push(-((y as Tensor).data[0] as number));
        }),
      );
      expect(order).toEqual([1, 2, 3]);
    });

    test("a call that was aborted before its turn never begins", async () => {
      const session = await runtime.createSession(describe(busy(4)));
      const big = Tensor.zeros("float32", [512, 512]);
      const running = session.run({ x: big });
      const controller = new AbortController();
      const queued = session.run({ x: big }, { signal: controller.signal });
      const loading = runtime.createSession(describe(NEGATE), { signal: controller.signal });
      controller.abort(new RangeError("enough"));
      await expect(queued).rejects.toThrow("enough");
      await expect(loading).rejects.toThrow("enough");
      await running;
    });

    test("a signal that is aborted already rejects with its reason", async () => {
      const session = await runtime.createSession(describe(NEGATE));
      const signal = AbortSignal.abort(new RangeError("no"));
      await expect(session.run({ x }, { signal })).rejects.toThrow("no");
      await expect(runtime.createSession(describe(NEGATE), { signal })).rejects.toThrow("no");
    });
  });
}

suite("dispose", () => {
  let runtime: Runtime;
  afterEach(() => runtime.dispose());

  test("ends sessions, tensors and the runtime itself with a DisposedError", async () => {
    runtime = createNodeRuntime();
    const session = await runtime.createSession(describe(NEGATE));
    const { y } = await session.run({ x }, { keepOnDevice: ["y"] });
    await runtime.dispose();
    for (const late of [
      () => session.run({ x }),
      () => runtime.createSession(describe(NEGATE)),
      () => (isDeviceTensor(y) ? y.read() : undefined),
      () => runtime.capabilities(),
    ]) {
      await expect(late()).rejects.toSatisfy((error) => DisposedError.isInstance(error));
    }
    await session.dispose();
  });

  test("rejects what is under way", async () => {
    runtime = createNodeRuntime();
    const session = await runtime.createSession(describe(busy(20)));
    const pending = session.run({ x: Tensor.zeros("float32", [512, 512]) });
    const queued = session.run({ x: Tensor.zeros("float32", [512, 512]) });
    const results = Promise.allSettled([pending, queued]);
    await runtime.dispose();
    for (const result of await results) {
      expect(result.status === "rejected" && DisposedError.isInstance(result.reason)).toBe(true);
    }
  });
});
