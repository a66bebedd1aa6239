import { ShapeError } from "../errors/errors.js";
import { elementCount, type TensorData, type TensorDataMap, type TensorType } from "./tensor-type.js";

/** Anything with a type, a shape and row-major data: plain objects are taken wherever a {@link Tensor} is. */
export interface TensorLike<T extends TensorType = TensorType> {
  /** Element type. */
  readonly type: T;
  /** Sizes of the axes, outermost first, whole numbers >= 0; `[]` for a scalar. */
  readonly dims: readonly number[];
  /** The elements, row-major: the last axis runs fastest. As many as the product of `dims`. */
  readonly data: TensorData<T>;
}

const ARRAYS = { float32: Float32Array, float16: Uint16Array, int32: Int32Array, uint8: Uint8Array } as const;

/**
 * A dense row-major array in host memory.
 *
 * @throws {ShapeError} `dims` are not whole numbers >= 0, `data` is of another type, or has another length than `dims` say
 */
export class Tensor<T extends TensorType = TensorType> implements TensorLike<T> {
  readonly type: T;
  readonly dims: readonly number[];
  /** The elements, row-major; the array given to the constructor itself, not a copy. */
  readonly data: TensorData<T>;

  constructor(type: T, data: TensorData<T>, dims: readonly number[]) {
    checkTensor({ type, data, dims }, "tensor");
    this.type = type;
    this.data = data;
    this.dims = [...dims];
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The same data under another shape of the same size; nothing is copied. */
  reshape(dims: readonly number[]): Tensor<T> {
    return new Tensor(this.type, this.data, dims);
  }

  /** A tensor of zeros. */
  static zeros<T extends TensorType>(type: T, dims: readonly number[]): Tensor<T> {
    checkDims(dims, "tensor");
    const array = arrayOf(type, "tensor");
    return new Tensor(type, new array(elementCount(dims)) as TensorDataMap[T], dims);
  }

  /** Wraps a plain object without copying its data; a `Tensor` is returned as it is. */
  static from<T extends TensorType>(value: TensorLike<T>): Tensor<T> {
    if (value instanceof Tensor) return value as Tensor<T>;
    checkTensor(value, "tensor");
    return new Tensor(value.type, value.data, value.dims);
  }
}

/** Whether a value has the members of a {@link TensorLike}; their agreement is checked by {@link checkTensor}. */
export function isTensorLike(value: unknown): value is TensorLike {
  if (typeof value !== "object" || value === null) return false;
  const { type, dims, data } = value as Partial<TensorLike>;
  return (
    typeof type === "string" && Object.hasOwn(ARRAYS, type) && Array.isArray(dims) && ArrayBuffer.isView(data)
  );
}

/**
 * Checks that type, shape and data of a tensor agree.
 *
 * @param name  what the message calls it
 * @throws {ShapeError} they do not
 */
export function checkTensor(value: TensorLike, name: string): void {
  if (typeof value !== "object" || value === null) {
    throw ShapeError.expected(name, "a tensor { type, data, dims }", String(value));
  }
  const { type, dims, data } = value;
  const array = arrayOf(type, name);
  if (!(data instanceof array)) {
    const got = (data as object)?.constructor?.name ?? typeof data;
    throw new ShapeError(`${name}: expected ${array.name} data for type ${type}, got ${got}`, {
      name,
      type,
      expected: array.name,
      got,
    });
  }
  checkDims(dims, name);
  if (elementCount(dims) !== data.length) {
    throw new ShapeError(
      `${name}: expected ${elementCount(dims)} elements for dims [${dims.join(", ")}], got ${data.length}`,
      { name, dims, expected: elementCount(dims), got: data.length },
    );
  }
}

function arrayOf(type: TensorType, name: string) {
  if (Object.hasOwn(ARRAYS, type)) return ARRAYS[type];
  throw new ShapeError(
    `${name}: expected type ${Object.keys(ARRAYS).join(", ")}, got ${JSON.stringify(type)}; convert the data first`,
    { name, expected: Object.keys(ARRAYS), got: type },
  );
}

function checkDims(dims: readonly number[], name: string): void {
  if (Array.isArray(dims) && dims.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  const got = Array.isArray(dims) ? `[${dims.join(", ")}]` : typeof dims;
  const expected = "dims of whole numbers >= 0";
  throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { name, expected, got: dims });
}
