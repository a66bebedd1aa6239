import { expect, test } from "vitest";
import { pause, retryAfterMs, retryDelayMs } from "./retry.js";

test("pauses double up to 30 s, give or take a third", () => {
  for (const [failures, expected] of [
    [1, 500],
    [2, 1000],
    [5, 8000],
    [20, 30_000],
  ] as const) {
    for (let i = 0; i < 50; i++) {
      const delay = retryDelayMs(failures, 500);
      expect(delay).toBeGreaterThanOrEqual((expected * 2) / 3);
      expect(delay).toBeLessThanOrEqual((expected * 4) / 3);
    }
  }
});

test("Retry-After is seconds or a date, and nothing else", () => {
  expect(retryAfterMs("3")).toBe(3000);
  const inTen = retryAfterMs(new Date(Date.now() + 10_000).toUTCString());
  expect(inTen).toBeGreaterThan(8000);
  expect(inTen).toBeLessThanOrEqual(10_000);
  expect(retryAfterMs("Wed, 21 Oct 2015 07:28:00 GMT")).toBe(0);
  expect(retryAfterMs("soon")).toBeUndefined();
  expect(retryAfterMs(null)).toBeUndefined();
});

test("a pause ends with the signal's reason as soon as it aborts", async () => {
  const controller = new AbortController();
  const begin = performance.now();
  const pausing = pause(60_000, controller.signal);
  controller.abort(new TypeError("enough"));
  await expect(pausing).rejects.toThrow("enough");
  await expect(pause(60_000, controller.signal)).rejects.toThrow("enough");
  expect(performance.now() - begin).toBeLessThan(30_000);
});
