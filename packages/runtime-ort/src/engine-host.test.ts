import type { PlaceWeights, SessionDescription } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { EngineHost } from "./engine-host.js";
import type { Engine, EngineMethods, RunResult } from "./protocol.js";

const GIB = 2 ** 30;
const ROOM = { maxWeightBytes: 2.5 * GIB };

/** Counts what it is given; nothing is computed. */
class CountingEngine implements Engine {
  readonly isLost = false;
  loads = 0;
  readonly released: number[] = [];
  readonly begun: string[] = [];
  /** Ends the run that is under way. */
  endRun: () => void = () => undefined;
  readonly #methods: EngineMethods = {
    facts: async () => ({ version: "0" }),
    load: async () => {
      this.loads += 1;
      return this.loads;
    },
    run: ({ outputs }) => {
      this.begun.push(outputs.join());
      return new Promise<RunResult>((resolve) => {
        this.endRun = () => resolve({});
      });
    },
    keep: async ({ type, dims }) => ({ type, dims, handle: 1 }),
    read: async () => ({ type: "float32", dims: [0], data: new Float32Array() }),
    free: async () => undefined,
    trim: async () => undefined,
    release: async (session) => void this.released.push(session),
  };

  call<M extends keyof EngineMethods>(
    method: M,
    ...[argument]: Parameters<EngineMethods[M]>
  ): ReturnType<EngineMethods[M]> {
    return this.#methods[method](argument as never) as ReturnType<EngineMethods[M]>;
  }

  async close(): Promise<void> {}
}

/** A graph with one weight of a file that says to be so large; not a byte of it exists. */
function graphOf(name: string, sizeBytes: number): SessionDescription {
  const blob = { size: sizeBytes, slice: () => new Blob() } as unknown as Blob;
  const weights = [{ location: "w", sizeBytes, source: { kind: "blob" as const, blob } }];
  const build = async (place?: PlaceWeights) => {
    await place?.([{ location: "w", byteOffset: 0, byteLength: sizeBytes }], weights);
    return { model: new Uint8Array(), weights };
  };
  return { name, digest: name, inputs: [], outputs: [], build };
}

describe("an engine's memory", () => {
  test("takes no weights beyond its room: the error comes before the engine is asked, and says what is there", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    await host.place(graphOf("small", 1 * GIB), {});
    await expect(host.place(graphOf("large", 2 * GIB), {})).rejects.toMatchObject({
      name: "EngineError",
      code: "OUT_OF_MEMORY",
      message: expect.stringMatching(
        /^large: its weights take 2148 MB beside 1074 MB already loaded.*dispose/,
      ),
      facts: { sizeBytes: 2 * GIB, loadedBytes: 1 * GIB, maxBytes: ROOM.maxWeightBytes },
    });
    expect(engine.loads).toBe(1);
  });

  test("has room again after a graph has left", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    const first = await host.place(graphOf("first", 2 * GIB), {});
    await host.leave(first.graph);
    expect(engine.released).toEqual([1]);
    await expect(host.place(graphOf("second", 2 * GIB), {})).resolves.toMatchObject({ number: 2 });
  });

  test("refuses a single graph that is too large", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    await expect(host.place(graphOf("huge", 3 * GIB), {})).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
    });
    expect(engine.loads).toBe(0);
  });
});

describe("an abort", () => {
  test("lets the run under way end and begins none of those that wait", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    const { signal, reason } = aborting();
    const run = (name: string) =>
      host.call(
        name,
        (each) => each.call("run", { session: 1, inputs: {}, outputs: [name], keep: [] }),
        signal.signal,
      );
    const runs = Promise.allSettled([run("first"), run("second"), run("third")]);
    await Promise.resolve();
    signal.abort(reason);
    expect(await runs).toEqual(Array(3).fill({ status: "rejected", reason }));
    const later = host.call("later", (each) =>
      each.call("run", { session: 1, inputs: {}, outputs: ["later"], keep: [] }),
    );
    engine.endRun();
    await new Promise((resolve) => setTimeout(resolve));
    expect(engine.begun).toEqual(["first", "later"]);
    engine.endRun();
    await later;
  });
});

function aborting(): { readonly signal: AbortController; readonly reason: Error } {
  return { signal: new AbortController(), reason: new DOMException("stopped", "AbortError") };
}
