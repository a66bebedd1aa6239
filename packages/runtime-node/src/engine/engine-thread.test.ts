import { setTimeout as sleep } from "node:timers/promises";
import { EngineError, type Runtime, Tensor } from "@sam2js/core";
import { afterEach, expect, describe as suite, test } from "vitest";
import { busy, describe, NEGATE } from "../__fixtures__/tiny-onnx.js";
import { createNodeRuntime } from "../index.js";
import { NodeRuntime } from "../node-runtime.js";
import { DiskStore } from "../store/disk-store.js";
import { EngineThread } from "./engine-thread.js";

const DYING = new URL("./__fixtures__/dying-worker.mjs", import.meta.url);

/** About a second of work: 24 products of 1536 x 1536 matrices, 174 GFLOP, on one or two cores. */
const SLOW = busy(24);
const big = Tensor.zeros("float32", [1536, 1536]);

let runtime: Runtime;
afterEach(() => runtime.dispose());

suite("a run in the worker", () => {
  test("leaves the event loop free", async () => {
    runtime = createNodeRuntime({ threads: 1 });
    const session = await runtime.createSession(describe(SLOW));
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    const begin = performance.now();
    await session.run({ x: big });
    const elapsedMs = performance.now() - begin;
    clearInterval(timer);
    expect(elapsedMs).toBeGreaterThan(200);
    // A tick in 5 ms is the ideal; one in 50 is far from a loop that stands still, also on a crowded machine.
    expect(ticks).toBeGreaterThan(elapsedMs / 50);
  });

  test("is left at once when it is aborted, and the session works on", async () => {
    runtime = createNodeRuntime({ threads: 1 });
    const session = await runtime.createSession(describe(SLOW));
    const start = performance.now();
    await session.run({ x: big });
    const wholeMs = performance.now() - start;
    const controller = new AbortController();
    const run = session.run({ x: big }, { signal: controller.signal }).catch((error: unknown) => error);
    await sleep(30);
    const begin = performance.now();
    const reason = new RangeError("enough");
    controller.abort(reason);
    expect(await run).toBe(reason);
    // By the same clock, so that a crowded machine is slow at both.
    expect(performance.now() - begin).toBeLessThan(Math.max(100, wholeMs / 2));
    const small = Tensor.zeros("float32", [2, 2]);
    expect((await session.run({ x: small })).y?.dims).toEqual([2, 2]);
  });
});

suite("numbers too small for a float32 of full precision", () => {
  test.each([true, false])("stay what they are in the program (worker: %s)", async (worker) => {
    runtime = createNodeRuntime({ threads: 1, worker });
    const session = await runtime.createSession(describe(NEGATE));
    await session.run({ x: Tensor.zeros("float32", [2, 2]) });
    const [least = 0] = Float64Array.of(Number.MIN_VALUE);
    expect(least * 2).toBe(1e-323);
  });
});

suite("a worker that ends on its own", () => {
  const dying = (logLevel: "fatal" | "error", deaths: number) => {
    let started = 0;
    const settings = { device: "cpu", threads: 1, worker: true, promptsPerRun: undefined, logLevel } as const;
    return new NodeRuntime(settings, new DiskStore(), (onLost) => {
      started += 1;
      return EngineThread.start(onLost, started <= deaths ? DYING : undefined);
    });
  };

  test.each([
    ["by exit", "fatal", /exit code 3/],
    ["by an error", "error", /no more/],
  ] as const)("%s rejects what is pending", async (_, how, message) => {
    runtime = dying(how, 1);
    const pending = [runtime.createSession(describe(NEGATE)), runtime.createSession(describe(NEGATE))];
    for (const result of await Promise.allSettled(pending)) {
      const error: unknown = result.status === "rejected" ? result.reason : undefined;
      expect(EngineError.isInstance(error) && error.code).toBe("DEVICE_LOST");
      expect(String(error)).toMatch(message);
    }
  });

  test("is replaced by a new one at the next session", async () => {
    runtime = dying("fatal", 1);
    await expect(runtime.createSession(describe(NEGATE))).rejects.toThrow(/starts a new engine/);
    const session = await runtime.createSession(describe(NEGATE));
    const { y } = await session.run({ x: new Tensor("float32", Float32Array.of(1, 2), [1, 2]) });
    expect((y as Tensor).data).toEqual(Float32Array.of(-1, -2));
  });
});

suite("an engine that was lost", () => {
  test("is replaced: sessions load their graphs again, kept tensors are gone", async () => {
    const threads: EngineThread[] = [];
    const settings = { device: "cpu", threads: 2, worker: true, promptsPerRun: undefined } as const;
    runtime = new NodeRuntime({ ...settings, logLevel: "error" }, new DiskStore(), (onLost) => {
      const thread = EngineThread.start(onLost);
      threads.push(thread);
      return thread;
    });
    const x = new Tensor("float32", Float32Array.of(1, 2), [1, 2]);
    const session = await runtime.createSession(describe(NEGATE));
    const together = await runtime.createSession(describe(NEGATE), { sideBySide: true });
    const { y: kept } = await session.run({ x }, { keepOnDevice: ["y"] });
    await threads[0]?.end();
    for (const each of [session, together]) {
      const runs = await Promise.all([each.run({ x }), each.run({ x }), each.run({ x })]);
      for (const { y } of runs) expect((y as Tensor).data).toEqual(Float32Array.of(-1, -2));
    }
    expect(threads).toHaveLength(2);
    await expect(session.run({ x: kept! })).rejects.toThrow(/lay in an engine that is gone/);
  });
});

suite("memory", () => {
  test("stays flat over 500 runs", async () => {
    runtime = createNodeRuntime({ threads: 1 });
    const session = await runtime.createSession(describe(NEGATE));
    const x = Tensor.zeros("float32", [64 * 1024, 2]); // half a MiB in and out: a leak would be 500 MiB
    const runs = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const { y } = await session.run({ x }, i % 2 ? { keepOnDevice: ["y"] } : {});
        if (y && "dispose" in y) await y.dispose();
      }
      return process.memoryUsage().rss / 2 ** 20;
    };
    const before = await runs(100);
    expect((await runs(500)) - before).toBeLessThan(150);
  });
});
