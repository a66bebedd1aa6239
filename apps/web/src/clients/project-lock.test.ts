import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { takeOver } from "./project-lock.js";

/** The other tab: it holds the lock until `release`, and answers as it is told. */
const other = new BroadcastChannel("sam2js-projects");
const asked: LockOptions[] = [];
let release: () => void = () => undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  asked.length = 0;
  const free = new Promise<void>((done) => {
    release = done;
  });
  const request = async (_name: string, options: LockOptions, held: (lock: object) => Promise<void>) => {
    asked.push(options);
    const aborted = new Promise<never>((_, fail) =>
      options.signal?.addEventListener("abort", () => fail(new DOMException("given up", "AbortError"))),
    );
    if (!options.steal) await Promise.race([free, aborted]);
    void held({});
  };
  vi.stubGlobal("navigator", { locks: { request } });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Answers the request to hand over, and ends once that is heard. */
function answerWith(kind: string): Promise<void> {
  return new Promise((done) => {
    other.onmessage = () => {
      other.postMessage({ kind, id: "p" });
      // Behind the answer, on the way back.
      setImmediate(() => setImmediate(() => setImmediate(done)));
    };
  });
}

it("waits for a tab that says it is saving, however long the usual patience is", async () => {
  const heard = answerWith("handing-over");
  const taken = takeOver("p", () => undefined);
  await heard;
  await vi.advanceTimersByTimeAsync(20_000);
  release();
  expect(await taken).toBeTypeOf("function");
  expect(asked).toHaveLength(1);
});

it("leaves a project to the tab that cannot save it", async () => {
  void answerWith("keeping");
  await expect(takeOver("p", () => undefined)).rejects.toThrow(/save it as a file in that tab/);
  expect(asked).toHaveLength(1);
});

it("takes it from a tab that does not answer", async () => {
  other.onmessage = null;
  const taken = takeOver("p", () => undefined);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await taken).toBeTypeOf("function");
  expect(asked.at(-1)).toEqual({ steal: true });
});
