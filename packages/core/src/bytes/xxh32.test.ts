import { expect, it } from "vitest";
import { xxh32 } from "./xxh32.js";

const text = (value: string) => new TextEncoder().encode(value);

it("gives the sums of the specification", () => {
  expect(xxh32(text(""))).toBe(0x02cc5d05);
  expect(xxh32(text("a"))).toBe(0x550d7456);
  expect(xxh32(text("abc"))).toBe(0x32d153ff);
  expect(xxh32(text("Nobody inspects the spammish repetition"))).toBe(0xe2293b2f);
});

it("does not depend on where in a buffer the bytes lie", () => {
  const shifted = new Uint8Array([0, ...text("Nobody inspects the spammish repetition")]).subarray(1);
  expect(xxh32(shifted)).toBe(0xe2293b2f);
});
