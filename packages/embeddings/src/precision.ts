import { type CheckedBytes, fromFloat16, HalfBlock } from "@sam2js/core";

/** How exactly embeddings are stored: float32, float16, or a byte a number with the range of each channel. */
export type Precision = "f32" | "f16" | "q8";

/** All of {@link Precision}, the most exact first. */
export const PRECISIONS: readonly Precision[] = ["f32", "f16", "q8"];

export function isPrecision(value: unknown): value is Precision {
  return PRECISIONS.includes(value as Precision);
}

const MOST_CODE = 255;

/** Where the codes of each column begin, and how far they are apart. */
export interface Scales {
  /** [columns]: the value of code 0. */
  readonly least: Float32Array;
  /** [columns]: how much a code is more than the one before. */
  readonly step: Float32Array;
}

/** Scales that bring each column of values, [cells, columns], to codes from 0 to `most`. */
export function scalesOf(values: Float32Array, columns: number, most: number): Scales {
  const least = values.slice(0, columns);
  const highest = values.slice(0, columns);
  for (let at = 0, column = 0; at < values.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    const value = values[at] as number;
    if (value < (least[column] as number)) least[column] = value;
    if (value > (highest[column] as number)) highest[column] = value;
  }
  return { least, step: highest.map((value, column) => (value - (least[column] as number)) / most) };
}

/** The nearest codes of values, into `codes`. */
export function toCodes<C extends Uint8Array | Uint16Array>(
  values: Float32Array,
  { least, step }: Scales,
  codes: C,
): C {
  const columns = step.length;
  for (let at = 0, column = 0; at < values.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    const width = step[column] as number;
    codes[at] = width > 0 ? Math.round(((values[at] as number) - (least[column] as number)) / width) : 0;
  }
  return codes;
}

/** The values that codes stand for. */
export function fromCodes(codes: Uint8Array | Uint16Array, { least, step }: Scales): Float32Array {
  const columns = step.length;
  const values = new Float32Array(codes.length);
  for (let at = 0, column = 0; at < codes.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    values[at] = (least[column] as number) + (codes[at] as number) * (step[column] as number);
  }
  return values;
}

/**
 * Numbers as blocks of bytes.
 *
 * @param values   [cells, columns]
 * @param columns  with `"q8"` each has a range of its own: least value and step, then the codes 0 to 255
 */
export function packNumbers(
  values: Float32Array,
  columns: number,
  precision: Precision,
): (Float32Array | Uint8Array | HalfBlock)[] {
  if (precision === "f32") return [values];
  if (precision === "f16") return [new HalfBlock(values)];
  const scales = scalesOf(values, columns, MOST_CODE);
  return [scales.least, scales.step, toCodes(values, scales, new Uint8Array(values.length))];
}

/** What {@link packNumbers} packed. @returns  float32 [cells, columns] */
export function takeNumbers(
  reader: CheckedBytes,
  cells: number,
  columns: number,
  precision: Precision,
): Float32Array {
  const count = cells * columns;
  if (precision === "f32") return reader.take(Float32Array, count);
  if (precision === "f16") return fromFloat16(reader.take(Uint16Array, count));
  const scales = { least: reader.take(Float32Array, columns), step: reader.take(Float32Array, columns) };
  return fromCodes(reader.take(Uint8Array, count), scales);
}
