import { expect, it } from "vitest";
import { fromBase64, parseJson } from "./read-body.js";

it("reads JSON of a form or a message with a byte order mark before it", () => {
  expect(parseJson('\uFEFF{"a":1}')).toEqual({ a: 1 });
  expect(() => parseJson("\uFEFF{", "message")).toThrow(/^message: expected JSON/);
});

it("reads Base64 in one line or several, with or without a data URL's head, and nothing else", () => {
  for (const text of ["AAEC", "AA\nEC\r\n", "data:image/png;base64,AAEC"])
    expect([...fromBase64(text)]).toEqual([0, 1, 2]);
  for (const text of ["", " \n", "AA=EC", "/a.png?"]) expect(() => fromBase64(text)).toThrow(/Base64/);
});
