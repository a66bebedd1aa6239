import { InputError } from "@sam2js/core";

/** Where the pixels of a resized axis take their values from: `low[first] * firstWeight + low[second] * secondWeight`. */
export interface UpsampleAxis {
  /** Index of the input pixel before the output pixel's centre; one entry per output pixel, as in the next three. */
  readonly first: Int32Array;
  /** Index of the input pixel behind it; at the far edge the same one. */
  readonly second: Int32Array;
  /** 0 to 1; 1 − `secondWeight`. */
  readonly firstWeight: Float32Array;
  /** How far the centre is from `first`, in input pixels, 0 to 1. */
  readonly secondWeight: Float32Array;
  /** Pixels `cells[i]` to `cells[i + 1]` (exclusive) have `first = i`; input size + 1 entries. */
  readonly cells: Uint32Array;
}

/**
 * Source pixels and weights of bilinear resizing along one axis, half-pixel centres, no antialiasing:
 *
 *   s = max(0, (i + ½) · from / to − ½),  first = ⌊s⌋,  second = min(first + 1, from − 1),  secondWeight = s − first
 *
 * in float32 with one rounding for the product and sum, which gives PyTorch's weights bit for bit (CPU with fused multiply-add).
 *
 * @param from  pixels of the axis before, at least 1
 * @param to    pixels of the axis after
 * @throws {InputError} a size is not a whole number, or there is nothing to take values from
 * @see `F.interpolate(mode="bilinear", align_corners=False)`; checked in upsample-logits.test.ts
 */
export function upsampleAxis(from: number, to: number): UpsampleAxis {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || to < 0) {
    throw InputError.expected("mask size", "whole numbers of pixels", `a resize from ${from} to ${to}`);
  }
  const axis = {
    first: new Int32Array(to),
    second: new Int32Array(to),
    firstWeight: new Float32Array(to),
    secondWeight: new Float32Array(to),
    cells: new Uint32Array(from + 1).fill(to),
  };
  const scale = Math.fround(from / to);
  let cell = 0;
  axis.cells[0] = 0;
  for (let i = 0; i < to; i++) {
    const source = Math.max(0, Math.fround(scale * (i + 0.5) - 0.5));
    const first = Math.min(Math.floor(source), from - 1);
    const weight = Math.min(Math.fround(source - first), 1);
    while (cell < first) axis.cells[++cell] = i;
    axis.first[i] = first;
    axis.second[i] = Math.min(first + 1, from - 1);
    axis.firstWeight[i] = 1 - weight;
    axis.secondWeight[i] = weight;
  }
  return axis;
}
