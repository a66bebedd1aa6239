import type { SessionDescription, TensorLike } from "@sam2js/core";
import { protoHead } from "@sam2js/core/engine";
import { describe, expect, test } from "vitest";
import { EngineHost } from "./engine-host.js";
import type { Engine, EngineFacts, RunResult } from "./protocol.js";

const GIB = 2 ** 30;
const ROOM = 2.5 * GIB;

/** Counts what it is given; nothing is computed. */
class CountingEngine implements Engine {
  readonly isLost = false;
  loads = 0;
  readonly released: number[] = [];
  readonly begun: string[] = [];
  /** Ends the run that is under way. */
  endRun: () => void = () => undefined;

  async facts(): Promise<EngineFacts> {
    return { version: "0" };
  }
  async load(): Promise<number> {
    this.loads += 1;
    return this.loads;
  }
  run({ outputs }: { readonly outputs: readonly string[] }): Promise<RunResult> {
    this.begun.push(outputs.join());
    return new Promise((resolve) => {
      this.endRun = () => resolve({});
    });
  }
  async read(): Promise<TensorLike> {
    return { type: "float32", dims: [0], data: new Float32Array() };
  }
  async free(): Promise<void> {}
  async release(session: number): Promise<void> {
    this.released.push(session);
  }
  async close(): Promise<void> {}
}

/** A graph with one weight of a file that says to be so large; not a byte of it exists. */
function graphOf(name: string, sizeBytes: number): SessionDescription {
  const text = (value: string) => new TextEncoder().encode(value);
  const field = (number: number, ...parts: Uint8Array[]) => {
    const content = Uint8Array.from(parts.flatMap((part) => [...part]));
    return Uint8Array.from([...protoHead(number, content.length), ...content]);
  };
  const entry = field(13, field(1, text("location")), field(2, text("w")));
  const model = field(7, field(5, field(8, text("w0")), entry));
  const blob = { size: sizeBytes, slice: () => new Blob() } as unknown as Blob;
  const weights = [{ location: "w", sizeBytes, source: { kind: "blob" as const, blob } }];
  return { name, digest: name, inputs: [], outputs: [], build: async () => ({ model, weights }) };
}

describe("an engine's memory", () => {
  test("takes no weights beyond its room: the error comes before the engine is asked, and says what is there", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    const small = host.enter(graphOf("small", 1 * GIB), {});
    await small.number;
    const large = host.enter(graphOf("large", 2 * GIB), {});
    await expect(large.number).rejects.toMatchObject({
      name: "EngineError",
      code: "OUT_OF_MEMORY",
      message: expect.stringMatching(
        /^large: its weights take 2148 MB beside 1074 MB already loaded.*dispose/,
      ),
      facts: { sizeBytes: 2 * GIB, loadedBytes: 1 * GIB, maxBytes: ROOM },
    });
    expect(engine.loads).toBe(1);
  });

  test("has room again after a graph has left", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    const first = host.enter(graphOf("first", 2 * GIB), {});
    await first.number;
    await host.leave(first);
    expect(engine.released).toEqual([1]);
    await expect(host.enter(graphOf("second", 2 * GIB), {}).number).resolves.toBe(2);
  });

  test("refuses a single graph that is too large", async () => {
    const engine = new CountingEngine();
    const host = new EngineHost(engine, ROOM);
    await expect(host.enter(graphOf("huge", 3 * GIB), {}).number).rejects.toMatchObject({
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
        (each) => each.run({ session: 1, inputs: {}, outputs: [name], keep: [] }),
        signal.signal,
      );
    const runs = Promise.allSettled([run("first"), run("second"), run("third")]);
    await Promise.resolve();
    signal.abort(reason);
    expect(await runs).toEqual(Array(3).fill({ status: "rejected", reason }));
    const later = host.call("later", (each) =>
      each.run({ session: 1, inputs: {}, outputs: ["later"], keep: [] }),
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
