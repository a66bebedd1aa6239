import {
  checkTensor,
  type DeviceTensor,
  isDeviceTensor,
  isTensorLike,
  type SessionInputs,
  ShapeError,
  type TensorLike,
  type ValueInfo,
} from "@sam2js/core";

/**
 * Checks the inputs of a run against what the session describes. Axes of one name must agree among all inputs.
 *
 * @throws {ShapeError} an input is missing, unknown, or of another type or shape
 */
export function checkInputs(session: string, expected: readonly ValueInfo[], inputs: SessionInputs): void {
  const axes = new Map<string, number>();
  for (const info of expected) {
    const value = inputs[info.name];
    const name = `${session}.${info.name}`;
    if (value === undefined) {
      throw new ShapeError(`${name}: expected ${describe(info)}, got nothing; add it to the inputs`, {
        name,
      });
    }
    checkValue(name, info, value);
    info.dims.forEach((size, axis) => {
      const actual = value.dims[axis];
      const wanted = typeof size === "number" ? size : (axes.get(size) ?? actual);
      if (actual === undefined || actual !== wanted) {
        throw new ShapeError(
          `${name}: expected ${describe(info)}, got [${value.dims.join(", ")}]${typeof size === "string" ? ` where ${size} is ${wanted}` : ""}`,
          { name, expected: info.dims, actual: value.dims },
        );
      }
      if (typeof size === "string") axes.set(size, actual);
    });
  }
  const names = new Set(expected.map(({ name }) => name));
  const unknown = Object.keys(inputs).find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw new ShapeError(
      `${session}: there is no input ${JSON.stringify(unknown)}; its inputs are ${[...names].join(", ")}`,
      { name: unknown },
    );
  }
}

function checkValue(name: string, info: ValueInfo, value: TensorLike | DeviceTensor): void {
  if (!isDeviceTensor(value)) {
    if (!isTensorLike(value)) {
      throw new ShapeError(`${name}: expected a tensor with type, dims and data for ${describe(info)}`, {
        name,
      });
    }
    checkTensor(value, name);
  }
  if (value.type !== info.type || value.dims.length !== info.dims.length) {
    throw new ShapeError(
      `${name}: expected ${describe(info)}, got ${value.type} [${value.dims.join(", ")}]`,
      { name, expected: info.dims, actual: value.dims, type: value.type },
    );
  }
}

const describe = ({ type, dims }: ValueInfo) => `${type} [${dims.join(", ")}]`;
