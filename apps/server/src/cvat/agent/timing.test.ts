import { expect, it } from "vitest";
import { CvatError } from "../api/cvat-error.js";
import { AGENT_TIMING, around, Backoff, pause } from "./timing.js";

const refused = (status: number, retryAfter?: string) =>
  new CvatError("refused", { status, headers: new Headers(retryAfter ? { "retry-after": retryAfter } : {}) });

it("pauses twice as long after each failure, up to ten minutes, and never less than a second", () => {
  const backoff = new Backoff(AGENT_TIMING);
  const pauses = Array.from({ length: 9 }, () => backoff.after(refused(503)) / 1000);
  for (const [index, seconds] of pauses.entries()) {
    const expected = Math.min(600, 5 * 2 ** index);
    expect([seconds >= expected, seconds <= 1.15 * expected]).toEqual([true, true]);
  }
  backoff.reset(0);
  expect(backoff.next()).toBeGreaterThanOrEqual(1000);
});

it("waits as CVAT says, and not at all for what will not change", () => {
  const backoff = new Backoff(AGENT_TIMING);
  expect(backoff.after(refused(429, "7"))).toBe(7000);
  expect(backoff.after(refused(429, "0"))).toBe(1000);
  expect(backoff.after(refused(503, new Date(Date.now() + 60_000).toUTCString())) / 1000).toBeCloseTo(
    60,
    -0.5,
  );
  expect(backoff.after(refused(429, "soon"))).toBeGreaterThanOrEqual(5000);
  for (const error of [refused(400), refused(404), new RangeError("ours")]) {
    expect(() => backoff.after(error)).toThrow(error);
  }
});

it("spreads polls by 15 %, and ends a pause at an abort", async () => {
  const spread = Array.from({ length: 1000 }, () => around(100));
  expect([Math.min(...spread) >= 85, Math.max(...spread) <= 115]).toEqual([true, true]);
  expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(20);
  await pause(60_000, AbortSignal.timeout(10));
});
