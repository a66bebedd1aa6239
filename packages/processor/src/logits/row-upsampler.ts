import type { UpsamplePlan } from "@sam2js/masks";

/** Writes the resized row `y` to `out`, which has the plan's new width. Fast when rows are asked for from top to bottom. */
export type RowUpsampler = (y: number, out: Float32Array) => void;

/**
 * Resizes one mask's logits bilinearly a row at a time, so that no full-size float mask is ever held. The values are those of
 * `upsampleLogits`: along x first, each sum rounded as PyTorch rounds it.
 *
 * @param logits  float32, h · w values of the plan's `from`, row by row
 */
export function rowUpsampler(logits: Float32Array, { from, to, rows, columns }: UpsamplePlan): RowUpsampler {
  const lowWidth = from[1];
  const width = to[1];
  const widened = [new Float32Array(width), new Float32Array(width)] as const;
  const held = [-1, -1];
  const { first, second, firstWeight, secondWeight } = columns;

  /** The row of the logits at its new width; the two last asked for are kept, even rows apart from odd ones. */
  const widen = (row: number): Float32Array => {
    const slot = row & 1;
    const line = widened[slot]!;
    if (held[slot] === row) return line;
    held[slot] = row;
    const begin = row * lowWidth;
    for (let x = 0; x < width; x += 1) {
      const right = Math.fround(logits[begin + second[x]!]! * secondWeight[x]!);
      line[x] = logits[begin + first[x]!]! * firstWeight[x]! + right;
    }
    return line;
  };

  return (y, out) => {
    const upper = widen(rows.first[y]!);
    const lower = widen(rows.second[y]!);
    const upperWeight = rows.firstWeight[y]!;
    const lowerWeight = rows.secondWeight[y]!;
    for (let x = 0; x < width; x += 1) {
      out[x] = upper[x]! * upperWeight + Math.fround(lower[x]! * lowerWeight);
    }
  };
}
