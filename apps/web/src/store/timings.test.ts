import { expect, it } from "vitest";
import { timingText } from "./timings.js";

it("tells what a model takes in two figures, and nothing where it was not measured", () => {
  expect(timingText({ encodeMs: 1834, clickMs: 46.7 })).toBe("1.8 s a photo, 47 ms a click");
  expect(timingText({ encodeMs: 0.2 })).toBe("1 ms a photo");
  expect(timingText()).toBe("");
});
