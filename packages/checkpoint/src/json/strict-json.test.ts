import { describe, expect, test } from "vitest";
import { parseStrictJson, StrictJsonProblem } from "./strict-json.js";

const parse = (text: string) => parseStrictJson(new TextEncoder().encode(text), 8, 100);

/** Maps as plain objects, to compare with `JSON.parse`. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

describe("strict JSON", () => {
  test.each([
    "null",
    "true",
    "false",
    "0",
    "-0.5e-3",
    "12E+2",
    '""',
    '"a\\"b\\\\\\u00e9\\n"',
    '"é😀"',
    "[]",
    "[1,[2]]",
    "{}",
    ' { "a" : [ 1 , { "b" : null } ] } ',
    '"\\ud800"',
  ])("reads %s as JSON.parse does", (text) => {
    expect(plain(parse(text))).toEqual(JSON.parse(text));
  });

  test.each([
    "",
    " ",
    "nul",
    "01",
    "1.",
    ".5",
    "+1",
    "-",
    "1e",
    "NaN",
    "Infinity",
    "'a'",
    '"a',
    '"a\nb"',
    '"\\x"',
    '"\\u12"',
    '"a\\',
    "[",
    "[1",
    "[1,]",
    "[,]",
    "{",
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    "{a:1}",
    '{"a" 1}',
    "[1 2]",
    "1 1",
    "{}]",
    "\u00a01",
    "// c\n1",
  ])("refuses %j as JSON.parse does", (text) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(() => parse(text)).toThrow(StrictJsonProblem);
  });

  test("refuses keys given twice, deep nesting and too many members", () => {
    expect(() => parse('{"a":{"b":1,"b":1}}')).toThrow(/"b" is given twice at character/);
    expect(() => parse("[[[[[[[[[1]]]]]]]]]")).toThrow("nesting deeper than 8");
    expect(plain(parse("[[[[[[[[1]]]]]]]]"))).toEqual([[[[[[[[1]]]]]]]]);
    expect(() => parseStrictJson(new TextEncoder().encode('{"a":1,"b":2}'), 8, 1)).toThrow(
      "more than 1 entries",
    );
  });

  test("gives keys with a meaning in JavaScript none", () => {
    const value = parse('{"__proto__":{"isAdmin":true},"constructor":1}');
    expect(value instanceof Map && [...value.keys()]).toEqual(["__proto__", "constructor"]);
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });

  test("reads a string of a million characters without deep recursion", () => {
    const text = JSON.stringify(`\\${"é\n".repeat(500_000)}`);
    expect(parse(text)).toBe(JSON.parse(text));
  });
});

test("a byte order mark is no part of the text, and other bytes than UTF-8 are refused", () => {
  expect(parse("\ufeff[1]")).toEqual([1]);
  expect(() => parseStrictJson(Uint8Array.of(0x22, 0xff, 0x22), 8)).toThrow("no UTF-8");
});
