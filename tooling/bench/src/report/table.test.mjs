import { expect, test } from "vitest";
import { bytes, percent, seconds, table, times } from "./table.mjs";

test("numbers are written with three digits and a unit", () => {
  expect(seconds(0.0283)).toBe("28.3 ms");
  expect(seconds(2.204)).toBe("2.20 s");
  expect(bytes(125_800_000)).toBe("126 MB");
  expect(bytes(2_600_000_000)).toBe("2.60 GB");
  expect(times(2, 5)).toBe("2.50 x");
  expect(percent(0.871)).toBe("87 %");
});

test("what was not measured is a dash", () => {
  expect(seconds(undefined)).toBe("-");
  expect(times(undefined, 3)).toBe("-");
});

test("columns of a table are as wide as their widest cell", () => {
  expect(table(["step", "ours"], [["encode", "2 s"]])).toBe("step    ours\n------  ----\nencode   2 s");
});
