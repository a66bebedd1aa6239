import { expect, it } from "vitest";
import type { MaskView } from "../protocol/engine.js";
import { BorderBook } from "./border-book.js";

const view = (path: string) => ({ path }) as MaskView;

it("sends a border once, and numbers it the same afterwards", () => {
  const book = new BorderBook();
  const [a, b] = [view("a"), view("b")];
  book.open();
  expect([book.numberOf(a), book.numberOf(b), book.numberOf(a)]).toEqual([1, 2, 1]);
  expect(book.close().paths).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  book.open();
  expect(book.numberOf(a)).toBe(1);
  expect(book.close()).toEqual({ paths: [], isForgetting: false });
});

it("has old borders forgotten, and sends those anew that are still seen", () => {
  const book = new BorderBook(1);
  const [a, b] = [view("a"), view("b")];
  book.open();
  book.numberOf(a);
  book.numberOf(b);
  book.close();
  book.open();
  book.numberOf(b);
  expect(book.close()).toEqual({ paths: [[2, "b"]], isForgetting: true });
});
