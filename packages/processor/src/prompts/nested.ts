import {
  checkTensor,
  describeValue,
  InputError,
  isTensorLike,
  ShapeError,
  type TensorLike,
  toFloat32,
} from "@sam2js/core";

/** A row of numbers: an array or a typed array. */
export type NumberRow =
  | readonly number[]
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | BigInt64Array;

/** Numbers nested in arrays; a tensor may stand for any part of it that is not ragged. */
export type Nested2 = readonly NumberRow[] | TensorLike;
/** A list of `Nested2`, or a tensor for all of it. */
export type Nested3 = readonly Nested2[] | TensorLike;
/** A list of `Nested3`, or a tensor for all of it. */
export type Nested4 = readonly Nested3[] | TensorLike;

/** What a kind of prompt must look like. */
export interface PromptForm {
  /** What messages call it: `inputPoints`. */
  readonly name: string;
  /** One letter or word per level, outermost first: `["image", "object", "point", "x, y"]`. */
  readonly levels: readonly string[];
  /** How many of a level there may be, by its name. */
  readonly limits: Readonly<Record<string, number>>;
  /** How many numbers the innermost level holds; missing where it may be ragged. */
  readonly last?: number;
  /** Right nesting, to copy from. */
  readonly example: string;
  /** Whether a number is allowed, and what is. */
  readonly isValue: (value: number) => boolean;
  readonly values: string;
}

/** Numbers of a prompt in nested arrays whose depth is that of their form. */
export type NestedNumbers = readonly NestedNumbers[] | readonly number[];

/** Most numbers in one prompt, padding included: 4 million points, far more than a decoder could take. */
export const MAX_PROMPT_VALUES = 2 ** 23;

/**
 * Reads nested arrays, tensors, or arrays of tensors, and checks depth, lengths and numbers at every place, not only the first.
 *
 * @returns plain arrays, `form.levels.length` deep
 * @throws {ShapeError} nesting, a length or a tensor's shape is not what the form says
 * @throws {InputError} a value is not an allowed number, or there are more than {@link MAX_PROMPT_VALUES}
 */
export function readNested(value: unknown, form: PromptForm): NestedNumbers {
  const budget = { left: MAX_PROMPT_VALUES };
  return readLevel(value, form, [], budget);
}

function readLevel(
  value: unknown,
  form: PromptForm,
  path: readonly number[],
  budget: { left: number },
): NestedNumbers {
  const depth = form.levels.length - path.length;
  const tensor = toTensor(value, at(form, path));
  if (tensor) return fromTensor(tensor, form, path, budget);
  if (depth === 1) return readRow(value, form, path, budget);
  if (!Array.isArray(value)) throw wrongNesting(value, form, path);
  spend(value.length, form, path, budget);
  return Array.from(value, (item, index) => readLevel(item, form, [...path, index], budget));
}

function readRow(
  value: unknown,
  form: PromptForm,
  path: readonly number[],
  budget: { left: number },
): readonly number[] {
  const isRow = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (!isRow) throw wrongNesting(value, form, path);
  const row = value as ArrayLike<unknown>;
  spend(row.length, form, path, budget);
  if (form.last !== undefined && row.length !== form.last) throw wrongLength(value, row.length, form, path);
  const numbers: number[] = [];
  for (let index = 0; index < row.length; index += 1) {
    const item = row[index];
    if (Array.isArray(item) || isTensorLike(item)) throw wrongNesting(value, form, path);
    numbers.push(checkNumber(item, form, [...path, index]));
  }
  return numbers;
}

function fromTensor(
  tensor: TensorLike,
  form: PromptForm,
  path: readonly number[],
  budget: { left: number },
): NestedNumbers {
  const name = at(form, path);
  checkTensor(tensor, name);
  const levels = form.levels.slice(path.length);
  const last = tensor.dims.at(-1);
  if (tensor.dims.length !== levels.length || (form.last !== undefined && last !== form.last)) {
    throw ShapeError.expected(
      name,
      `a tensor [${levels.join(", ")}]${form.last ? ` with ${form.last} as its last size` : ""}`,
      tensor.dims,
      `for example ${form.example}`,
    );
  }
  let next = 0;
  const build = (axis: number): NestedNumbers => {
    const size = tensor.dims[axis]!;
    spend(size, form, [...path, ...Array(axis).fill(0)], budget);
    if (axis < tensor.dims.length - 1) return Array.from({ length: size }, () => build(axis + 1));
    return Array.from({ length: size }, () => checkNumber(tensor.data[next++], form, path));
  };
  return build(0);
}

function checkNumber(value: unknown, form: PromptForm, path: readonly number[]): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && form.isValue(number)) return number;
  throw InputError.expected(at(form, path), form.values, describeValue(value));
}

/** Counts what is read, before anything is made of it. */
function spend(count: number, form: PromptForm, path: readonly number[], budget: { left: number }): void {
  const level = form.levels[path.length] ?? "";
  const limit = form.limits[level];
  if (limit !== undefined && count > limit) {
    const expected = `at most ${limit} ${level === "box" ? "boxes" : `${level}s`}`;
    throw InputError.expected(at(form, path), expected, count, "give fewer at a time");
  }
  budget.left -= count;
  if (budget.left < 0) throw tooLarge(form);
}

/** A tensor; floats of any width and int64 as float32. */
function toTensor(value: unknown, name: string): TensorLike | undefined {
  const floats = toFloat32(value, name);
  if (floats) return floats;
  if (isTensorLike(value)) return value;
  const { dims, data } = (value ?? {}) as { readonly dims?: readonly number[]; readonly data?: unknown };
  const isWide = Array.isArray(dims) && data instanceof BigInt64Array && data.length <= MAX_PROMPT_VALUES;
  return isWide ? { type: "float32", dims, data: Float32Array.from(data, Number) } : undefined;
}

/** More numbers than {@link MAX_PROMPT_VALUES}. */
export function tooLarge(form: PromptForm): InputError {
  return InputError.expected(
    form.name,
    `at most ${MAX_PROMPT_VALUES} numbers, padding included`,
    "more",
    "give fewer prompts per call",
  );
}

function wrongNesting(value: unknown, form: PromptForm, path: readonly number[]): ShapeError {
  return ShapeError.expected(
    at(form, path),
    `${form.levels.length} levels of nesting, [${form.levels.join(", ")}]`,
    `${describeValue(value)} at level ${path.length + 1}`,
    `for example ${form.example}`,
  );
}

function wrongLength(value: unknown, length: number, form: PromptForm, path: readonly number[]): ShapeError {
  return ShapeError.expected(
    at(form, path),
    `${form.last} numbers (${form.levels.at(-1)})`,
    `${length} in ${describeValue(value)}`,
    `for example ${form.example}`,
  );
}

function at(form: PromptForm, path: readonly number[]): string {
  return form.name + path.map((index) => `[${index}]`).join("");
}
