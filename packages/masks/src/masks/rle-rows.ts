import { columnRuns } from "./rle-runs.js";
import type { Rle } from "./run-lengths.js";

/** Bitmaps of strips are kept below this many pixels, so that masks of any size are read row by row in little memory. */
const STRIP_PIXELS = 1 << 22;

/** Visits a mask row by row: each run's side and length; a run may go on in the next row, and neighbours may be of one side. */
export function walkRows(rle: Rle, visit: (inside: boolean, length: number) => void): void {
  const [height, width] = rle.size;
  if (height === 0 || width === 0) return;
  const { offsets, starts, ends } = columnRuns(rle);
  const next = offsets.slice(0, width); // the first run of each column that reaches into the strip
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / width)));
  const strip = new Uint8Array(rows * width);
  for (let top = 0; top < height; top += rows) {
    const bottom = Math.min(height, top + rows);
    strip.fill(0);
    for (let x = 0; x < width; x++) {
      for (let run = next[x]!; run < offsets[x + 1]! && starts[run]! < bottom; run++) {
        const stop = Math.min(ends[run]!, bottom);
        for (let y = Math.max(starts[run]!, top); y < stop; y++) strip[(y - top) * width + x] = 1;
        if (ends[run]! <= bottom) next[x] = run + 1;
      }
    }
    const total = (bottom - top) * width;
    for (let at = 0; at < total; ) {
      const side = strip[at]!;
      const other = strip.indexOf(1 - side, at);
      const end = other < 0 || other > total ? total : other;
      visit(side === 1, end - at);
      at = end;
    }
  }
}
