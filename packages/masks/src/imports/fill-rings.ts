import { checkList, checkSize, InputError } from "@sam2js/core";
import { RleBuilder } from "../masks/rle-builder.js";
import { combineRle } from "../masks/rle-operations.js";
import type { Rle } from "../masks/run-lengths.js";

/** Borders are followed in fifths of a pixel. */
const SCALE = 5;
/** The fifth of a pixel that decides whether its column is inside. */
const MIDDLE = 2;
/** Rings may leave the image by this many of its sides: each step beside it costs time. */
const MOST_SIDES = 8;

/**
 * Fills rings as pycocotools does, pixel for pixel: each by itself by the even-odd rule, then all joined. Rings along the edges of pixels are exact.
 *
 * @param rings  x, y, x, y, … in pixels; pixel (0, 0) covers 0 to 1
 * @param size   [height, width] in pixels
 * @throws {InputError} a coordinate is no number, or far outside of the image
 * @see `rleFrPoly` of https://github.com/cocodataset/cocoapi (BSD-2-Clause), common/maskApi.c
 */
export function fillRings(rings: readonly (readonly number[])[], size: readonly [number, number]): Rle {
  checkSize(size);
  checkList(rings, "rings", "a list of rings, each of them x, y, x, y, …");
  const filled = rings.filter(({ length }) => length >= 6).map((ring) => fillRing(ring, size));
  const [first = { size, counts: Uint32Array.of(size[0] * size[1]) }, ...others] = filled;
  return others.reduce((all, each) => combineRle(all, each, "or"), first);
}

function fillRing(ring: readonly number[], [height, width]: readonly [number, number]): Rle {
  const most = MOST_SIDES * Math.max(height, width);
  const stray = ring.find((value) => !(Math.abs(value) <= most));
  if (stray !== undefined)
    throw InputError.expected("polygon", `coordinates within ${most} pixels of the image`, stray);
  const scaled = ring.slice(0, ring.length & ~1).map((value) => Math.trunc(SCALE * value + 0.5));
  const changes = borderChanges(scaled, height, width).sort((a, b) => a - b);
  return { size: [height, width], counts: countsOf(changes, height * width) };
}

/** Places, column by column, at which the side changes. */
function borderChanges(ring: readonly number[], height: number, width: number): number[] {
  const changes: number[] = [];
  let last: readonly [number, number] | undefined;
  const visit = (u: number, v: number) => {
    if (last && last[0] !== u) {
      const column = (u < last[0] ? u : u - 1) - MIDDLE;
      const x = column / SCALE;
      if (column % SCALE === 0 && x >= 0 && x <= width - 1) {
        const y = (Math.min(v, last[1]) + 0.5) / SCALE - 0.5;
        changes.push(x * height + Math.ceil(Math.min(height, Math.max(0, y))));
      }
    }
    last = [u, v];
  };
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    walkEdge(ring[i]!, ring[i + 1]!, ring[next]!, ring[next + 1]!, visit);
  }
  return changes;
}

/** Visits each fifth of a pixel of an edge, the same ones in both directions. */
function walkEdge(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  visit: (u: number, v: number) => void,
): void {
  const [dx, dy] = [Math.abs(toX - fromX), Math.abs(toY - fromY)];
  const isFlat = dx >= dy;
  const isBackward = isFlat ? fromX > toX : fromY > toY;
  const [x0, y0, x1, y1] = isBackward ? [toX, toY, fromX, fromY] : [fromX, fromY, toX, toY];
  const length = isFlat ? dx : dy;
  const slope = length === 0 ? 0 : isFlat ? (y1 - y0) / dx : (x1 - x0) / dy;
  for (let d = 0; d <= length; d += 1) {
    const t = isBackward ? length - d : d;
    if (isFlat) visit(t + x0, Math.trunc(y0 + slope * t + 0.5));
    else visit(Math.trunc(x0 + slope * t + 0.5), t + y0);
  }
}

/** Run lengths between changes; two at one place are none. */
function countsOf(changes: readonly number[], total: number): Uint32Array<ArrayBuffer> {
  const builder = new RleBuilder();
  let at = 0;
  let isInside = false;
  for (const change of [...changes, total]) {
    builder.add(isInside, change - at);
    at = change;
    isInside = !isInside;
  }
  return builder.finish();
}
