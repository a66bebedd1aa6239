import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { untilStalled } from "./stall.js";

const options = { stalledMs: 1000, onStalled: () => new RangeError("stalled") };
/** `then` is begun before the clock moves, so that no rejection is unhandled. */
const outcome = (work: Promise<unknown>) => work.then(String, String);

describe("work that is watched", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is given up where it shows no sign of life", async () => {
    const result = outcome(untilStalled(() => new Promise(() => undefined), options));
    await vi.advanceTimersByTimeAsync(1200);
    expect(await result).toBe("RangeError: stalled");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("goes on for as long as it shows some", async () => {
    const work = async (alive: () => void) => {
      for (let i = 0; i < 10; i++) {
        await new Promise((resolve) => setTimeout(resolve, 900));
        alive();
      }
      return "done";
    };
    const result = outcome(untilStalled(work, options));
    await vi.advanceTimersByTimeAsync(9000);
    expect(await result).toBe("done");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps its own errors", async () => {
    const failing = untilStalled(() => Promise.reject(new TypeError("own")), options);
    await expect(failing).rejects.toThrow("own");
  });

  it("is not blamed for a thread that was blocked or asleep", async () => {
    let finish: (value: string) => void = () => undefined;
    const result = outcome(untilStalled(() => new Promise<string>((resolve) => (finish = resolve)), options));
    // An hour passes between two looks.
    await vi.advanceTimersByTimeAsync(150);
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(150);
    finish("done");
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe("done");
  });
});
