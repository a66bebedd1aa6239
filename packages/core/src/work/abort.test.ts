import { describe, expect, it, vi } from "vitest";
import { raceAbort, throwIfAborted } from "./abort.js";

describe("raceAbort", () => {
  it("is the work itself without a signal", async () => {
    const work = Promise.resolve(3);
    expect(raceAbort(work, undefined)).toBe(work);
  });

  it("settles like the work", async () => {
    const { signal } = new AbortController();
    await expect(raceAbort(Promise.resolve(3), signal)).resolves.toBe(3);
    await expect(raceAbort(Promise.reject(new RangeError("no")), signal)).rejects.toThrow("no");
  });

  it("rejects at once with the reason, and gives what comes late to `discard`", async () => {
    const controller = new AbortController();
    const discard = vi.fn();
    let finish = (_: number) => {};
    const work = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const race = raceAbort(work, controller.signal, discard);
    controller.abort("enough");
    await expect(race).rejects.toBe("enough");
    expect(discard).not.toHaveBeenCalled();
    finish(7);
    await work;
    await Promise.resolve();
    expect(discard).toHaveBeenCalledExactlyOnceWith(7);
  });

  it("rejects when the signal is aborted already, and discards what the work yields", async () => {
    const discard = vi.fn();
    await expect(raceAbort(Promise.resolve(1), AbortSignal.abort("before"), discard)).rejects.toBe("before");
    await Promise.resolve();
    expect(discard).toHaveBeenCalledExactlyOnceWith(1);
  });

  it("swallows a late failure of aborted work", async () => {
    const controller = new AbortController();
    let fail = (_: Error) => {};
    const work = new Promise<number>((_, reject) => {
      fail = reject;
    });
    const race = raceAbort(work, controller.signal);
    controller.abort("enough");
    fail(new RangeError("late"));
    await expect(race).rejects.toBe("enough");
  });

  it("settles whenever the abort comes, also in the same turn as the end of the work", async () => {
    for (let ticks = 0; ticks < 8; ticks++) {
      const controller = new AbortController();
      const race = raceAbort(Promise.resolve("done"), controller.signal);
      const settled = race.then(
        () => true,
        () => true,
      );
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      controller.abort("late");
      const timeout = new Promise((resolve) => setTimeout(resolve, 50, false));
      await expect(Promise.race([settled, timeout])).resolves.toBe(true);
    }
  });

  it("does not listen to the signal any longer than it works", async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    await raceAbort(Promise.resolve(1), signal);
    expect(remove).toHaveBeenCalledOnce();
  });
});

describe("throwIfAborted", () => {
  it("throws the reason of an aborted signal and nothing otherwise", () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    expect(() => throwIfAborted(AbortSignal.abort(new RangeError("stop")))).toThrow("stop");
  });
});
