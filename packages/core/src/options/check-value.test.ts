import { expect, it } from "vitest";
import { InputError } from "../errors/errors.js";
import { checkOptions } from "./check-options.js";
import {
  checkBytes,
  checkFunction,
  checkIterable,
  checkList,
  checkMembers,
  checkNumber,
  checkText,
  checkTexts,
} from "./check-value.js";

const store = { read: () => undefined, has: () => true };

it("what is asked for passes", () => {
  checkText("", "text");
  checkTexts(["a", ""], "names", "a list of names");
  checkList([], "masks", "a list of masks");
  checkBytes(new Uint8Array(), "bytes");
  checkBytes(Buffer.from("a"), "bytes");
  checkNumber(Number.NEGATIVE_INFINITY, "threshold", "a number");
  checkFunction(() => undefined, "work", "a function");
  checkMembers(store, "store", "a store", "read", "has");
  checkMembers(Object.create(store), "store", "a store", "read");
  for (const many of [[], new Set(), new Uint8Array(), (async function* () {})()])
    checkIterable(many, "lines", "lines");
});

it.each<[string, () => void]>([
  ["text: expected a string, got null", () => checkText(null, "text")],
  ["names[1]: expected a string, got 5", () => checkTexts(["a", 5], "names", "a list of names")],
  ['names: expected a list of names, got "a"', () => checkTexts("a", "names", "a list of names")],
  ["masks: expected a list of masks, got {}", () => checkList({}, "masks", "a list of masks")],
  [
    'bytes: expected the bytes of a file (a Uint8Array), got "a.png"; read the file first',
    () => checkBytes("a.png", "bytes"),
  ],
  [
    "bytes: expected the bytes of a file (a Uint8Array), got an ArrayBuffer",
    () => checkBytes(new ArrayBuffer(1), "bytes"),
  ],
  ["threshold: expected a number, got NaN", () => checkNumber(Number.NaN, "threshold", "a number")],
  ['threshold: expected a number, got "1"', () => checkNumber("1", "threshold", "a number")],
  ["work: expected a function, got {}", () => checkFunction({}, "work", "a function")],
  ["store: expected a store, got undefined", () => checkMembers(undefined, "store", "a store", "read")],
  ['store: expected a store, got "s3://a"', () => checkMembers("s3://a", "store", "a store", "length")],
  [
    "store: expected a store, got an object with read",
    () => checkMembers({ read: null }, "store", "a store", "read"),
  ],
  ['lines: expected lines, got "a"', () => checkIterable("a", "lines", "lines")],
])("%s", (message, check) => {
  expect(check).toThrow(InputError);
  expect(check).toThrow(message);
});

it("a promise that was not awaited is called one", () => {
  const late = Promise.resolve(store);
  expect(() => checkMembers(late, "store", "a store", "read")).toThrow(
    "store: expected a store, got a Promise: await it",
  );
  expect(() => checkOptions(late, ["signal"], "forward")).toThrow(
    "forward: expected an object with options, got a Promise: await it",
  );
});
