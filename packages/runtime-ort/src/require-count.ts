import { describeValue, InputError } from "@sam2js/core";

/** No machine has so many processors to spare: more threads only wait for each other, thousands of them make it stand still. */
const MOST_THREADS = 256;

/** @throws {InputError} `threads` is there and no whole number from 1 to 256 */
export function requireThreads(threads: number | undefined): void {
  if (threads === undefined || (isCount(threads) && threads <= MOST_THREADS)) return;
  refuse("threads", `a whole number from 1 to ${MOST_THREADS}`, threads);
}

/** @throws {InputError} an option is there and no whole number from 1 on */
export function requireCount(name: string, value: number | undefined): void {
  if (value === undefined || isCount(value)) return;
  refuse(name, "a whole number >= 1", value);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function refuse(name: string, expected: string, got: number): never {
  throw InputError.expected(
    name,
    expected,
    typeof got === "number" ? got : describeValue(got),
    "leave it out for the default",
  );
}
