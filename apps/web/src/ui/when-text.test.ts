import { expect, it } from "vitest";
import { whenText } from "./when-text.js";

const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 40).getTime();

it.each([
  [at(29, 9), "today 09:40"],
  [at(28, 23), "yesterday 23:40"],
  [at(24, 9), "24 Nov"],
])("tells when it was, in words and in days of the place", (then, text) => {
  expect(whenText(then, at(29, 17), "en-GB")).toBe(text);
});
