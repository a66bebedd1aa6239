import { type CheckedBytes, float16Table, toFloat16 } from "@sam2js/core";

/** How exactly embeddings are stored: float32, float16, or a byte a number with the range of each channel. */
export type Precision = "f32" | "f16" | "q8";

/** All of {@link Precision}, the most exact first. */
export const PRECISIONS: readonly Precision[] = ["f32", "f16", "q8"];

export function isPrecision(value: unknown): value is Precision {
  return PRECISIONS.includes(value as Precision);
}

const MOST_CODE = 255;

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
): (Float32Array | Uint16Array | Uint8Array)[] {
  if (precision === "f32") return [values];
  if (precision === "f16") return [toFloat16(values)];
  const least = values.slice(0, columns);
  const most = values.slice(0, columns);
  for (let at = 0, column = 0; at < values.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    const value = values[at] as number;
    if (value < (least[column] as number)) least[column] = value;
    if (value > (most[column] as number)) most[column] = value;
  }
  const step = most.map((value, column) => (value - (least[column] as number)) / MOST_CODE);
  const codes = new Uint8Array(values.length);
  for (let at = 0, column = 0; at < values.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    const width = step[column] as number;
    codes[at] = width > 0 ? Math.round(((values[at] as number) - (least[column] as number)) / width) : 0;
  }
  return [least, step, codes];
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
  if (precision === "f16") {
    const table = float16Table();
    const halves = reader.take(Uint16Array, count);
    const bits = new Uint32Array(halves.length);
    for (let at = 0; at < halves.length; at++) bits[at] = table[halves[at] as number] as number;
    return new Float32Array(bits.buffer);
  }
  const least = reader.take(Float32Array, columns);
  const step = reader.take(Float32Array, columns);
  const codes = reader.take(Uint8Array, count);
  const values = new Float32Array(codes.length);
  for (let at = 0, column = 0; at < codes.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    values[at] = (least[column] as number) + (codes[at] as number) * (step[column] as number);
  }
  return values;
}
