import { InputError } from "../errors/errors.js";
import { describeValue } from "./describe-value.js";

/*
 * What the first lines of a public function ask of arguments that JavaScript gives unchecked: a path in place of bytes, null from a failed look-up, a promise
 * that nobody awaited. They look at the outside alone, so that a check costs nothing beside the work behind it.
 */

/** @throws {InputError} `value` is no string */
export function checkText(value: unknown, name: string, expected = "a string"): void {
  if (typeof value !== "string") refuse(value, name, expected);
}

/** @throws {InputError} `value` is no list, or one of its entries is no string */
export function checkTexts(value: unknown, name: string, expected: string): void {
  checkList(value, name, expected);
  for (const [index, item] of (value as readonly unknown[]).entries()) checkText(item, `${name}[${index}]`);
}

/** @throws {InputError} `value` is no array */
export function checkList(value: unknown, name: string, expected: string): void {
  if (!Array.isArray(value)) refuse(value, name, expected);
}

/** @throws {InputError} `value` is no `Uint8Array` */
export function checkBytes(value: unknown, name: string): void {
  if (value instanceof Uint8Array) return;
  const next = typeof value === "string" ? "read the file first" : undefined;
  refuse(value, name, "the bytes of a file (a Uint8Array)", next);
}

/**
 * @param expected  what is gone through: `"pieces of bytes"`
 * @throws {InputError} `for await` cannot go through `value`, or it is a text, whose letters are no items
 */
export function checkIterable(value: unknown, name: string, expected: string): void {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || !(Symbol.asyncIterator in value || Symbol.iterator in value))
    refuse(value, name, expected);
}

/** @throws {InputError} `value` is no number */
export function checkNumber(value: unknown, name: string, expected: string): void {
  if (typeof value !== "number" || Number.isNaN(value)) refuse(value, name, expected);
}

/** @throws {InputError} `value` is no function */
export function checkFunction(value: unknown, name: string, expected: string): void {
  if (typeof value !== "function") refuse(value, name, expected);
}

/**
 * Checks that a value is the object that a function works with, by members that no other object is likely to have.
 *
 * @param expected  what it is and where it comes from: `"a store, as openStore makes one"`
 * @param members   names that it has, its own or inherited, with a value
 * @throws {InputError} it is no object, or one of them is missing
 */
export function checkMembers(
  value: unknown,
  name: string,
  expected: string,
  ...members: readonly string[]
): void {
  const isObject = typeof value === "object" && value !== null;
  const isMissing = (key: string) => ((value as Readonly<Record<string, unknown>>)[key] ?? null) === null;
  if (!isObject || members.some(isMissing)) refuse(value, name, expected);
}

function refuse(value: unknown, name: string, expected: string, next?: string): never {
  throw InputError.expected(name, expected, describeValue(value), next);
}
