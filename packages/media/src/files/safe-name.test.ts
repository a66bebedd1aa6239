import { expect, it } from "vitest";
import { safeName, uniqueNames } from "./safe-name.js";

it("leaves ordinary names alone", () => {
  expect(safeName("Müller 3")).toBe("Müller 3");
});

it.each([
  ["../../etc/passwd", "_.._etc_passwd"],
  ["a/b\\c:d", "a_b_c_d"],
  ["..", "_"],
  ["", "_"],
  ["CON", "CON_"],
  ["nul.v2", "nul_.v2"],
  ["console", "console"],
  [`${"x".repeat(79)} end`, "x".repeat(79)],
  ["🐈".repeat(90), "🐈".repeat(80)],
  ["x".repeat(300), "x".repeat(80)],
  ["a\nb\u0000", "a_b_"],
])("makes a harmless part of a file name out of %j", (text, name) => {
  expect(safeName(text)).toBe(name);
});

it("numbers names that would meet in one file, also where case does not count", () => {
  expect(uniqueNames(["a", "A", "a/", "b"])).toEqual(["a", "A-2", "a_", "b"]);
});
