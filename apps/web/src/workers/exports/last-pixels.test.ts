import type { RgbImage } from "@sam2js/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LastPixels } from "./last-pixels.js";

let decoded = 0;
const image = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } as const;
const photo = (id: string) => ({ id, blob: new Blob([id]) });

beforeEach(() => {
  vi.useFakeTimers();
  decoded = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function make(): LastPixels<RgbImage> {
  return new LastPixels(async () => {
    decoded += 1;
    return image;
  });
}

it("decodes a photo once while its looks are chosen, and lets it go after a moment", async () => {
  const pixels = make();
  await Promise.all([pixels.of(photo("a")), pixels.of(photo("a"))]);
  await pixels.of(photo("a"));
  expect(decoded).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  await pixels.of(photo("a"));
  expect(decoded).toBe(2);
});

it("keeps one photo alone, and none that cannot be decoded", async () => {
  const pixels = make();
  await pixels.of(photo("a"));
  await pixels.of(photo("b"));
  await pixels.of(photo("a"));
  expect(decoded).toBe(3);
  let isDamaged = true;
  const damaged = new LastPixels(async () => {
    if (isDamaged) throw new RangeError("damaged");
    return image;
  });
  await expect(damaged.of(photo("c"))).rejects.toThrow("damaged");
  isDamaged = false;
  expect(await damaged.of(photo("c"))).toBe(image);
});
