import { describe, expect, it } from "vitest";
import { duration } from "../io/progress.js";
import { FORMATS, parseFormats } from "./formats.js";
import { percent, table } from "./table.js";

describe("parseFormats", () => {
  it("takes a list with commas, each name once", () => {
    expect(parseFormats("overlay, COCO,overlay", FORMATS)).toEqual(["overlay", "coco"]);
  });

  it.each(["jpg", "", "overlay,pdf"])("refuses %j and lists what there is", (text) => {
    expect(() => parseFormats(text, FORMATS)).toThrow(/--format: expected names out of overlay, png/);
  });
});

describe("table", () => {
  it("aligns columns, counting letters and not code units", () => {
    expect(
      table(
        [
          ["a", "1"],
          ["🚚 b", "10"],
        ],
        [1],
      ),
    ).toEqual(["a     1", "🚚 b  10"]);
  });
});

it("shows small shares with more digits", () => {
  expect([percent(0.312), percent(0.0004), percent(0)]).toEqual(["31.2 %", "0.04 %", "0.0 %"]);
});

it("shows times as people say them", () => {
  expect([duration(4200), duration(200_000), duration(3 * 3600_000 + 60_000)]).toEqual([
    "4 s",
    "3 min",
    "3 h 1 min",
  ]);
});
