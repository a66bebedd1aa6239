import { type ErrorClass, type ErrorFacts, Sam2Error } from "../../errors/sam2-error.js";
import type { DeviceTensor } from "../../tensor/device-tensor.js";
import { isDeviceTensor } from "../../tensor/device-tensor.js";
import { Tensor } from "../../tensor/tensor.js";

/** A runtime does not behave as the contract says. Code `NOT_CONFORMANT`. */
export class ConformanceError extends Sam2Error {
  static override readonly symbolName: string = "ConformanceError";
  constructor(message: string, facts?: ErrorFacts) {
    super("NOT_CONFORMANT", message, facts);
  }
}

/** @throws {ConformanceError} the condition does not hold */
export function expectThat(condition: unknown, what: string): asserts condition {
  if (!condition) throw new ConformanceError(what);
}

/** Numbers must be equal, or within `tolerance` of each other. */
export function expectValues(
  got: ArrayLike<number>,
  wanted: readonly number[],
  what: string,
  tolerance = 0,
): void {
  const values = Array.from(got);
  const same =
    values.length === wanted.length && wanted.every((value, i) => Math.abs(value - values[i]!) <= tolerance);
  expectThat(same, `${what}: expected ${shorten(wanted)}, got ${shorten(values)}`);
}

function shorten(values: readonly number[]): string {
  return `[${values.slice(0, 24).join(", ")}${values.length > 24 ? `, … ${values.length} in all` : ""}]`;
}

/** @throws {ConformanceError} the value is no host tensor */
export function hostTensor(value: unknown, what: string): Tensor {
  expectThat(value instanceof Tensor, `${what}: expected a Tensor`);
  return value;
}

/** @throws {ConformanceError} the value is no device tensor */
export function deviceTensor(value: unknown, what: string): DeviceTensor {
  expectThat(isDeviceTensor(value), `${what}: expected a DeviceTensor`);
  return value;
}

/** What a call rejects with, or throws. @throws {ConformanceError} it does neither */
export async function failure(call: () => unknown, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await call();
  } catch (error) {
    return error;
  }
  throw new ConformanceError(`${what}: expected a rejection, got ${String(value)}`, {
    expected: "a rejection",
    got: value,
  });
}

/** @throws {ConformanceError} the call does not fail with an error of one of these classes */
export async function expectFailure(
  types: ErrorClass | readonly ErrorClass[],
  call: () => unknown,
  what: string,
): Promise<void> {
  const error = await failure(call, what);
  const classes = [types].flat() as readonly ErrorClass[];
  const names = classes.map(({ symbolName }) => symbolName).join(" or ");
  const matches = classes.some((type) => type.isInstance(error));
  expectThat(matches, `${what}: expected ${names}, got ${String(error)}`);
}

/** Values of float32 data, for inputs. */
export function float32(data: readonly number[], dims: readonly number[]): Tensor<"float32"> {
  return new Tensor("float32", Float32Array.from(data), dims);
}

/** Bytes of a base64 fixture. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
