import { labelRuns } from "../masks/label-runs.js";
import { columnRuns } from "../masks/rle-runs.js";
import type { Rle } from "../masks/run-lengths.js";

/** A closed border along pixel edges. */
interface TracedRing {
  /** Corners x, y, x, y, … in pixels, without repeating the first; clockwise on the screen around the inside, the other way around holes. */
  readonly points: number[];
  /** The 4-connected component that it bounds, 1 and up. */
  readonly component: number;
}

/** Where a walk along the border is: on the top or the bottom edge of a run. */
interface Position {
  run: number;
  isTop: boolean;
  /** The column of the run. */
  x: number;
}

/**
 * Follows all borders of a mask along pixel edges, from run to run, without a bitmap. The inside lies to the right of the way. Where two
 * pixels touch only at a corner the way turns to the inside, so rings bound 4-connected components; a ring that meets itself at
 * such a corner is divided there, so no ring visits a point twice.
 */
export function traceRings(rle: Rle): TracedRing[] {
  const runs = columnRuns(rle);
  const { starts, ends, offsets } = runs;
  const { labels } = labelRuns(runs, 4);
  const isDone = new Uint8Array(starts.length);
  const rings: TracedRing[] = [];

  /** The run of column `x` that holds row `y`, or −1 − (the first run below it). */
  const find = (x: number, y: number): number => {
    let low = offsets[x] ?? 0;
    const stop = offsets[x + 1] ?? 0;
    let high = stop;
    if (x < 0) return -1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > y) high = middle;
      else low = middle + 1;
    }
    return low < stop && starts[low]! <= y ? low : -1 - low;
  };
  const isIn = (run: number, x: number) => run >= (offsets[x] ?? 0) && run < (offsets[x + 1] ?? 0);

  /** Goes down the line left of column `right`: the inside is `run` in the column before; stops at runs that begin beside it. */
  const down = (at: Position, run: number, beside: number, right: number) => {
    const meets = isIn(beside, right) && starts[beside]! < ends[run]!;
    at.run = meets ? beside : run;
    at.isTop = meets;
    at.x = meets ? right : right - 1;
    return isIn(beside, right) && starts[beside] === ends[run];
  };
  /** Goes up the line left of column `right`: the inside is `run` in that column; stops at runs that end beside it. */
  const up = (at: Position, run: number, beside: number, right: number) => {
    const meets = isIn(beside, right - 1) && ends[beside]! > starts[run]!;
    at.run = meets ? beside : run;
    at.isTop = !meets;
    at.x = meets ? right - 1 : right;
    return isIn(beside, right - 1) && ends[beside] === starts[run];
  };

  const follow = (first: number, x: number): { points: number[]; touches: boolean } => {
    const at: Position = { run: first, isTop: true, x };
    const points: number[] = [];
    let touches = false;
    do {
      const { run } = at;
      let isStraight = false;
      let corner: number;
      let level: number;
      if (at.isTop) {
        isDone[run] = 1;
        corner = at.x + 1;
        level = starts[run]!;
        const ahead = find(corner, level);
        if (ahead < 0) {
          const beside = -1 - ahead;
          touches = (level > 0 && find(corner, level - 1) >= 0) || touches;
          touches = down(at, run, beside, corner) || touches;
        } else if (starts[ahead] === level) {
          isStraight = true;
          at.run = ahead;
          at.x = corner;
        } else touches = up(at, ahead, run - 1, corner) || touches;
      } else {
        corner = at.x;
        level = ends[run]!;
        const ahead = corner > 0 ? find(corner - 1, level - 1) : -1;
        if (ahead < 0) {
          const below = -1 - ahead;
          touches = (corner > 0 && isIn(below, corner - 1) && starts[below] === level) || touches;
          touches = up(at, run, below - 1, corner) || touches;
        } else if (ends[ahead] === level) {
          isStraight = true;
          at.run = ahead;
          at.x = corner - 1;
        } else touches = down(at, ahead, run + 1, corner) || touches;
      }
      if (!isStraight) points.push(corner, level, corner, at.isTop ? starts[at.run]! : ends[at.run]!);
    } while (at.run !== first || !at.isTop);
    return { points, touches };
  };

  for (let x = 0; x + 1 < offsets.length; x++) {
    for (let run = offsets[x]!; run < offsets[x + 1]!; run++) {
      if (isDone[run]) continue;
      const { points, touches } = follow(run, x);
      for (const part of touches ? divide(points) : [points]) {
        rings.push({ points: part, component: labels[run]! });
      }
    }
  }
  return rings;
}

/** Cuts a ring that visits points twice into rings that do not. */
function divide(points: number[]): number[][] {
  const parts: number[][] = [];
  const path: number[] = [];
  const visits = new Map<string, number>();
  for (let i = 0; i < points.length; i += 2) {
    const key = `${points[i]},${points[i + 1]}`;
    const before = visits.get(key);
    if (before !== undefined) {
      const part = path.splice(before);
      for (let j = 0; j < part.length; j += 2) visits.delete(`${part[j]},${part[j + 1]}`);
      parts.push(part);
    }
    visits.set(key, path.length);
    path.push(points[i]!, points[i + 1]!);
  }
  parts.push(path);
  return parts;
}
