import { checkRle } from "./check-rle.js";
import { RleBuilder } from "./rle-builder.js";
import type { Rle } from "./run-lengths.js";
import type { Runs } from "./runs.js";

/**
 * The runs of a mask, column by column.
 *
 * @param inside  false for the runs of the background instead
 */
export function columnRuns(rle: Rle, inside = true): Runs {
  checkRle(rle);
  const {
    size: [height, width],
    counts,
  } = rle;
  const side = inside ? 1 : 0;
  let total = 0;
  if (height > 0) {
    for (let i = 0, position = 0; i < counts.length; i++) {
      const end = position + counts[i]!;
      if ((i & 1) === side && end > position) {
        total += Math.floor((end - 1) / height) - Math.floor(position / height) + 1;
      }
      position = end;
    }
  }
  const offsets = new Uint32Array(width + 1);
  const starts = new Uint32Array(total);
  const ends = new Uint32Array(total);
  let used = 0;
  let filled = 0; // columns whose first run is known
  for (let i = 0, position = 0; total > 0 && i < counts.length; i++) {
    const end = position + counts[i]!;
    if ((i & 1) === side) {
      let x = Math.floor(position / height);
      let y = position - x * height;
      for (let left = end - position; left > 0; x++, y = 0) {
        while (filled <= x) offsets[filled++] = used;
        const stop = Math.min(height, y + left);
        left -= stop - y;
        starts[used] = y;
        ends[used++] = stop;
      }
    }
    position = end;
  }
  while (filled <= width) offsets[filled++] = used;
  return { offsets, starts, ends };
}

/** The mask that column runs describe. */
export function rleFromColumnRuns(
  { offsets, starts, ends }: Runs,
  size: readonly [number, number],
  keep?: (run: number) => boolean,
): Rle {
  const [height, width] = size;
  const builder = new RleBuilder();
  for (let x = 0; x < width; x++) {
    let y = 0;
    for (let run = offsets[x]!; run < offsets[x + 1]!; run++) {
      if (keep && !keep(run)) continue;
      builder.add(false, starts[run]! - y);
      builder.add(true, ends[run]! - starts[run]!);
      y = ends[run]!;
    }
    builder.add(false, height - y);
  }
  return { size, counts: builder.finish() };
}
