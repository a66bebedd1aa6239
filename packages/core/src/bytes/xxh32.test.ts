import { expect, it } from "vitest";
import { NumbersKernel } from "../kernel/numbers-kernel.js";
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

it.each([16_384, 65_536, 200_017])(
  "%i bytes have the same sum with vector instructions and without",
  (length) => {
    const bytes = Uint8Array.from({ length: length + 1 }, (_, i) => (i * 7919) >> 3).subarray(1);
    expect(NumbersKernel.for(length)).toBeDefined();
    expect(xxh32(bytes)).toBe(xxh32(bytes, null));
  },
);
