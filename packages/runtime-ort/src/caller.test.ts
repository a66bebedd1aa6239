import { InputError, Sam2Error } from "@sam2js/core";
import { afterEach, describe, expect, it } from "vitest";
import { Caller, RemoteError } from "./caller.js";
import type { CallContext, Port } from "./worker/messages.js";
import { handingOver, serve } from "./worker/serve.mjs";

let channel: MessageChannel;

function connect(methods: Parameters<typeof serve>[1]): Caller {
  channel = new MessageChannel();
  channel.port1.start();
  channel.port2.start();
  serve(channel.port1 as unknown as Port, methods);
  return new Caller(channel.port2 as unknown as Port);
}

afterEach(() => {
  channel.port1.close();
  channel.port2.close();
});

describe("calls to a worker", () => {
  it("bring the result, and events before it", async () => {
    const caller = connect({
      async count(to: number, { emit }: CallContext) {
        for (let i = 1; i <= to; i++) emit(i);
        return "done";
      },
    });
    const events: unknown[] = [];
    expect(await caller.call("count", 3, { onEvent: (event) => events.push(event) })).toBe("done");
    expect(events).toEqual([1, 2, 3]);
  });

  it("hand things over instead of copying them, where they say so", async () => {
    const sent = new Uint8Array([1, 2, 3]);
    const caller = connect({
      give: async () => handingOver({ bytes: sent }, [sent.buffer]),
    });
    const { bytes } = await caller.call<{ bytes: Uint8Array }>("give", null);
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(sent).toHaveLength(0);
  });

  it("bring typed errors with their code and facts", async () => {
    const caller = connect({
      async fail() {
        throw new InputError("prompt: expected a point", {
          expected: 1,
          got: ["a box", 2],
          cause: new TypeError("below"),
        });
      },
    });
    const error = await caller.call("fail", null).catch((reason) => reason);
    expect(Sam2Error.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: "INVALID_INPUT",
      message: "prompt: expected a point",
      facts: { expected: 1, got: ["a box", 2] },
    });
  });

  it("end at once when they are aborted, on both sides", async () => {
    let isAborted = false;
    const caller = connect({
      wait: (_: null, { signal }: CallContext) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            isAborted = true;
            resolve(null);
          });
        }),
    });
    const controller = new AbortController();
    const call = caller.call("wait", null, { signal: controller.signal });
    controller.abort(new DOMException("enough", "AbortError"));
    await expect(call).rejects.toThrow("enough");
    await expect.poll(() => isAborted).toBe(true);
  });

  it("bring other errors with their name and message", async () => {
    const caller = connect({
      async fail() {
        throw new RangeError("too far");
      },
    });
    const error = await caller.call("fail").catch((reason) => reason);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ name: "RangeError", message: "too far" });
    await expect(caller.call("unknown")).rejects.toThrow("no method unknown");
  });

  it("reject when their answer cannot cross", async () => {
    const caller = connect({ give: async () => () => undefined });
    await expect(caller.call("give")).rejects.toThrow(/could not be cloned/);
  });

  it("fail together when the worker ends, and so do all later ones", async () => {
    const caller = connect({ never: () => new Promise(() => undefined) });
    const calls = [caller.call("never", 1), caller.call("never", 2)];
    caller.end(new InputError("gone"));
    calls.push(caller.call("never", 3));
    for (const call of calls) await expect(call).rejects.toThrow("gone");
  });
});
