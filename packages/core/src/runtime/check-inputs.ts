import { InputError, ShapeError } from "../errors/errors.js";
import { describeValue } from "../options/describe-value.js";
import { isDeviceTensor } from "../tensor/device-tensor.js";
import { checkTensor, isTensorLike } from "../tensor/tensor.js";
import type { RunOptions, SessionInputs, ValueInfo } from "./session.js";

/**
 * Checks what a run is given against what its session takes: every input is there, none is unknown, types and shapes are as described,
 * and an axis of one name has one size. For runtimes, so that all of them refuse the same things with the same words.
 *
 * @param session  the session's name, for messages
 * @throws {ShapeError} an input does not fit
 */
export function checkInputs(session: string, infos: readonly ValueInfo[], inputs: SessionInputs): void {
  const names = infos.map(({ name }) => name);
  for (const name of Object.keys(inputs)) {
    if (!names.includes(name)) {
      throw new ShapeError(`${session}: expected inputs ${names.join(", ")}, got ${name} too; leave it out`, {
        name: session,
        expected: names,
        got: name,
      });
    }
  }
  const axes = new Map<string, number>();
  for (const info of infos) checkInput(session, info, inputs, axes);
}

function checkInput(
  session: string,
  { name, type, dims }: ValueInfo,
  inputs: SessionInputs,
  axes: Map<string, number>,
): void {
  const wanted = `${type} [${dims.join(", ")}]`;
  const value: unknown = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (value === undefined) {
    throw new ShapeError(`${session}: expected input ${name}, ${wanted}, got nothing; pass it`, {
      name,
      session,
      expected: wanted,
      got: undefined,
    });
  }
  if (!isDeviceTensor(value)) {
    if (!isTensorLike(value)) {
      throw new ShapeError(
        `${session}: expected input ${name} to be a tensor, ${wanted}, got ${describeValue(value)}; pass { type, dims, data }`,
        { name, session, expected: wanted, got: value },
      );
    }
    checkTensor(value, name);
  }
  const matches =
    dims.length === value.dims.length && value.dims.every((size, i) => fits(size, dims[i], axes));
  if (value.type !== type || !matches) {
    const sizes = [...axes].map(([axis, size]) => `${axis} = ${size}`).join(", ");
    const known = sizes && ` (${sizes})`;
    throw new ShapeError(
      `${session}: expected input ${name} ${wanted}${known}, got ${value.type} [${value.dims.join(", ")}]`,
      { name, session, expected: dims, got: value.dims },
    );
  }
}

function fits(size: number, wanted: number | string | undefined, axes: Map<string, number>): boolean {
  if (typeof wanted !== "string") return size === wanted;
  const known = axes.get(wanted);
  if (known === undefined) axes.set(wanted, size);
  return known === undefined || known === size;
}

/**
 * Checks the names of outputs that are to stay on the device.
 *
 * @throws {InputError} the session has no such output
 */
export function checkKept(
  session: string,
  infos: readonly ValueInfo[],
  { keepOnDevice = [] }: RunOptions,
): void {
  const names = infos.map(({ name }) => name);
  for (const name of keepOnDevice) {
    if (names.includes(name)) continue;
    throw new InputError(`${session}: expected keepOnDevice out of ${names.join(", ")}, got ${name}`, {
      name,
      session,
      expected: names,
      got: name,
    });
  }
}
