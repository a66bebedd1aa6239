import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { reshape, transpose } from "../ops/shape.js";

/** A run of rows (`y`) or columns (`x`). */
export interface GridFactor {
  readonly axis: "x" | "y";
  readonly size: number;
}

/**
 * In which order the tokens of a map stand: its factors from the slowest to the fastest. The factors of one axis, multiplied, are
 * its size. Row by row is `y:H x:W`; windows of 8, one after the other, are `y:H/8 x:W/8 y:8 x:8`.
 */
export type GridOrder = readonly GridFactor[];

/** Row by row. */
export function rowMajor(height: number, width: number): GridOrder {
  return [
    { axis: "y", size: height },
    { axis: "x", size: width },
  ];
}

/** Squares of `tile` tokens one after the other, each row by row. */
export function tiled(height: number, width: number, tile: number): GridOrder {
  return [...rowMajor(height / tile, width / tile), ...rowMajor(tile, tile)];
}

/** Each token split into 2 × 2, `depth` times; those of one token stay together. */
export function subPixels(height: number, width: number, depth: number): GridOrder {
  return [...rowMajor(height, width), ...Array.from({ length: depth }, () => rowMajor(2, 2)).flat()];
}

/**
 * Brings the tokens of maps into another order.
 *
 * @param x  [B, H·W, C] in the order `from`   @returns [B, H·W, C] in the order `to`
 */
export function reorder(x: Value, from: GridOrder, to: GridOrder): Value {
  const sizes = { y: refine(from, to, "y"), x: refine(from, to, "x") };
  if (!sizes.y || !sizes.x) {
    const rows = rowMajor(extent(from, "y"), extent(from, "x"));
    return reorder(reorder(x, from, rows), rows, to);
  }
  const runs = { y: sizes.y, x: sizes.x };
  const source = labels(from, runs);
  const target = labels(to, runs);
  if (source.every((label, i) => label.key === target[i]?.key)) return x;
  const [batch, tokens, channels] = x.dims as [Axis, Axis, Axis];
  const split = reshape(x, [batch, ...source.map(({ size }) => size), channels]);
  const order = target.map(({ key }) => 1 + source.findIndex((label) => label.key === key));
  const moved = transpose(split, [0, ...order, 1 + order.length]);
  return reshape(moved, [batch, tokens, channels]);
}

function extent(order: GridOrder, axis: "x" | "y"): number {
  return order.reduce((size, factor) => (factor.axis === axis ? size * factor.size : size), 1);
}

/** Sizes of the runs, slowest first, that make up the factors of an axis in both orders; undefined where there are none. */
function refine(from: GridOrder, to: GridOrder, axis: "x" | "y"): number[] | undefined {
  const strides = new Set<number>();
  for (const order of [from, to]) {
    let stride = 1;
    for (const factor of order.filter((entry) => entry.axis === axis).reverse()) {
      strides.add(stride);
      stride *= factor.size;
    }
    strides.add(stride);
  }
  const sorted = [...strides].sort((a, b) => b - a);
  const sizes = sorted.slice(0, -1).map((stride, i) => stride / (sorted[i + 1] as number));
  return sizes.every(Number.isInteger) ? sizes : undefined;
}

/** The runs of an order, named so that they can be found in another one. */
function labels(order: GridOrder, sizes: Readonly<Record<"x" | "y", readonly number[]>>) {
  const next = { x: 0, y: 0 };
  return order.flatMap(({ axis, size }) => {
    const runs: { key: string; size: number }[] = [];
    for (let done = 1; done < size; next[axis]++) {
      const run = sizes[axis][next[axis]] as number;
      runs.push({ key: `${axis}${next[axis]}`, size: run });
      done *= run;
    }
    return runs;
  });
}
