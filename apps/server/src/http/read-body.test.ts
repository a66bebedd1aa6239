import { expect, it } from "vitest";
import { parseJson } from "./read-body.js";

it("reads JSON of a form or a message with a byte order mark before it", () => {
  expect(parseJson('\uFEFF{"a":1}')).toEqual({ a: 1 });
  expect(() => parseJson("\uFEFF{", "message")).toThrow(/^message: expected JSON/);
});
