import { ConfigError } from "../errors/errors.js";
import { isJsonObject, type JsonObject, show } from "./json.js";
import { CONFIG_LIMITS } from "./limits.js";

/** One setting of a config: how it is read from JSON, what it is when missing, how it is written back. */
export interface Field<T> {
  /** The value where the file does not have the key. */
  fallback(): T;
  /** @throws {ConfigError} the value is of another type or out of range */
  read(value: unknown, path: string): T;
  write(value: T): unknown;
  /** The reference takes only floats here: `4` must be written `4.0`. For objects: the keys of such members. */
  readonly isFloat?: boolean | readonly string[];
}

/** An ordered table of settings; its keys are the names in camelCase. */
export type FieldTable = Readonly<Record<string, Field<unknown>>>;

/** The properties that a table gives to its config. */
export type Values<F extends FieldTable> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** [height, width], in the unit of the field. */
export type SizePair = readonly [number, number];

/** [height, width] from a square's side or a pair. */
export function sizePairOf(size: number | SizePair): SizePair {
  return typeof size === "number" ? [size, size] : size;
}

/** Inclusive bounds. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Refuses a setting: names it, what was expected, what came, and what to do. */
export function refuse(path: string, expected: string, got: unknown, advice: string): never {
  throw new ConfigError(`${path || "config"}: expected ${expected}, got ${show(got)}; ${advice}`, {
    path,
    expected,
    got,
  });
}

const CHECK_FILE = "check that the file is the config.json of a SAM 2 model";

function plain<T>(
  fallback: T,
  read: Field<T>["read"],
  isFloat: boolean | readonly string[] = false,
): Field<T> {
  return { fallback: () => fallback, read, write: (value) => value, isFloat };
}

/** A missing key and `null` both mean the fallback. */
function orNull<T>(field: Field<T>): Field<T> {
  return { ...field, read: (value, path) => (value === null ? field.fallback() : field.read(value, path)) };
}

function readInt(value: unknown, path: string, { min = 0, max = CONFIG_LIMITS.width }: Range = {}): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    refuse(path, `a whole number from ${min} to ${max}`, value, CHECK_FILE);
  }
  return value;
}

function readList<T>(
  value: unknown,
  path: string,
  length: Range,
  item: (value: unknown, path: string) => T,
): readonly T[] {
  const { min = 0, max = CONFIG_LIMITS.listLength } = length;
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    const count = min === max ? `${min}` : `${min} to ${max}`;
    refuse(path, `a list of ${count} entries`, value, CHECK_FILE);
  }
  return Object.freeze(value.map((entry, i) => item(entry, `${path}[${i}]`)));
}

/** A whole number; by default 0 to {@link CONFIG_LIMITS.width}. */
export function int(fallback: number, range?: Range): Field<number> {
  return plain(fallback, (value, path) => readInt(value, path, range));
}

/** A finite number. */
export function number(fallback: number, { min = -Infinity, max = Infinity }: Range = {}): Field<number> {
  return plain(fallback, (value, path) => {
    if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) {
      const bounds = min > -Infinity ? ` from ${min}${max < Infinity ? ` to ${max}` : ""}` : "";
      refuse(path, `a number${bounds}`, value, CHECK_FILE);
    }
    return value;
  });
}

/** A finite number that the reference wants to be a float. */
export function float(fallback: number, range?: Range): Field<number> {
  return { ...number(fallback, range), isFloat: true };
}

/** `true` or `false`. */
export function bool(fallback: boolean): Field<boolean> {
  return plain(fallback, (value, path) =>
    typeof value === "boolean" ? value : refuse(path, "true or false", value, CHECK_FILE),
  );
}

/** Any text. */
export function text(fallback: string): Field<string> {
  return plain(fallback, (value, path) =>
    typeof value === "string" ? value : refuse(path, "a text", value, CHECK_FILE),
  );
}

/** One of a few texts. */
export function choice<T extends string>(fallback: T, options: readonly T[], advice: string): Field<T> {
  return plain(
    fallback,
    (value, path) =>
      options.find((option) => option === value) ??
      refuse(path, `one of ${options.map((option) => `"${option}"`).join(", ")}`, value, advice),
  );
}

/** A list of whole numbers. `null` means the fallback. */
export function ints(
  fallback: readonly number[],
  item?: Range,
  length: Range = { min: 1 },
): Field<readonly number[]> {
  const read = (value: unknown, path: string) =>
    readList(value, path, length, (entry, at) => readInt(entry, at, item));
  return orNull(plain(Object.freeze([...fallback]), read));
}

/** [height, width]; a whole number where the file has one means both. `null` means the fallback. */
export function sizePair(fallback: SizePair, range: Range): Field<SizePair> {
  return orNull(
    plain<SizePair>(Object.freeze([...fallback] as const), (value, path) => {
      if (typeof value === "number") {
        const side = readInt(value, path, range);
        return Object.freeze([side, side] as const);
      }
      return listPair(value, path, range);
    }),
  );
}

/** [height, width] where the reference takes no single number. `null` means the fallback. */
export function strictPair(fallback: SizePair, range: Range): Field<SizePair> {
  return orNull(
    plain<SizePair>(Object.freeze([...fallback] as const), (value, path) => listPair(value, path, range)),
  );
}

/** A list of [height, width]. `null` means the fallback. */
export function pairs(fallback: readonly SizePair[], range: Range): Field<readonly SizePair[]> {
  const frozen = Object.freeze(fallback.map((pair) => Object.freeze([...pair] as const)));
  return orNull(
    plain<readonly SizePair[]>(frozen, (value, path) =>
      readList(value, path, { min: 1 }, (pair, at) => listPair(pair, at, range)),
    ),
  );
}

function listPair(value: unknown, path: string, range: Range): SizePair {
  const [height, width] = readList(value, path, { min: 2, max: 2 }, (entry, at) => readInt(entry, at, range));
  return Object.freeze([height as number, width as number] as const);
}

/** A small object of settings, kept in the file's own spelling; `floats` are its keys of floats. `null` means the fallback. */
export function record<T extends JsonObject>(
  fallback: T,
  read: (value: JsonObject, path: string) => T,
  floats: readonly string[],
): Field<T> {
  const readObject = (value: unknown, path: string): T =>
    isJsonObject(value) ? Object.freeze(read(value, path)) : refuse(path, "an object", value, CHECK_FILE);
  return orNull(plain<T>(Object.freeze({ ...fallback }), readObject, floats));
}
