import { expect, it } from "vitest";
import { crc32, pngChunk } from "./png-chunk.js";

it("has the check value that ISO 3309 states for nine digits", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

it("writes the empty last chunk as every PNG has it", () => {
  const end = [0, 0, 0, 0, ...new TextEncoder().encode("IEND"), 0xae, 0x42, 0x60, 0x82];
  expect([...pngChunk("IEND", new Uint8Array(0))]).toEqual(end);
});
