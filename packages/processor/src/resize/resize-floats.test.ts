import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { resizeAntialiased } from "./resize-floats.js";

interface Case {
  readonly size: [number, number];
  readonly outSize: [number, number];
  readonly input: number[];
  readonly expected: number[];
}

// Expected numbers: torch's interpolate, as the fixture says. Tolerance: both sides are rounded to six decimals.
const { cases } = JSON.parse(
  readFileSync(new URL("__fixtures__/resize-antialiased.json", import.meta.url), "utf8"),
) as { cases: Case[] };

it.each(cases)("resizes $size to $outSize as torch does", ({ size, outSize, input, expected }) => {
  const result = resizeAntialiased(Float32Array.from(input), size, outSize);
  expect(result.length).toBe(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs((result[index] ?? 0) - value)).toBeLessThan(3e-6);
});
