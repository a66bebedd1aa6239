import { checkRle } from "./check-rle.js";
import { labelRuns } from "./label-runs.js";
import { columnRuns, rleFromColumnRuns } from "./rle-runs.js";
import type { Rle } from "./run-lengths.js";

/**
 * Fills small holes, or removes small islands, of a mask of any size without decoding it: components are found over runs.
 *
 * Components (8-connected) of fewer than `areaThreshold` pixels change sides: of the outside with `"holes"`, of the inside with
 * `"islands"`; if every island is that small, the largest stays, the first of equals by reading order of columns.
 *
 * @param areaThreshold  in pixels of the mask
 * @returns              the mask, and whether it changed; the same object where it did not
 * @see Meta's `remove_small_regions` in segment-anything's `utils/amg.py`
 */
export function removeSmallRegions<T extends Rle>(
  rle: T,
  areaThreshold: number,
  mode: "holes" | "islands",
): { readonly rle: T | Rle; readonly changed: boolean } {
  const runs = columnRuns(rle, mode === "islands");
  const { labels, areas, count } = labelRuns(runs, 8);
  let largest = 1;
  let small = 0;
  for (let label = 1; label <= count; label++) {
    if (areas[label]! < areaThreshold) small++;
    if (areas[label]! > areas[largest]!) largest = label;
  }
  if (small === 0) return { rle, changed: false };
  const survivor = small === count && mode === "islands" ? largest : -1;
  const kept = rleFromColumnRuns(
    runs,
    rle.size,
    (run) => areas[labels[run]!]! >= areaThreshold || labels[run] === survivor,
  );
  return { rle: mode === "islands" ? kept : invertRle(kept), changed: true };
}

/** Swaps inside and outside. */
export function invertRle(rle: Rle): Rle {
  checkRle(rle);
  const { size, counts } = rle;
  if (counts.length > 0 && counts[0] === 0) return { size, counts: counts.slice(1) };
  const inverted = new Uint32Array(counts.length + 1);
  inverted.set(counts, 1);
  return { size, counts: counts.length === 0 ? new Uint32Array(0) : inverted };
}
