/**
 * The foreground of a bitmap as runs, line by line; a run never leaves its line.
 * Lines are rows or columns, whichever way the source is stored.
 */
export interface Runs {
  /** Runs of line `i` are `offsets[i]` to `offsets[i + 1]` (exclusive); lines + 1 entries. */
  readonly offsets: Uint32Array;
  /** First pixel of each run within its line. */
  readonly starts: Uint32Array;
  /** One past the last pixel of each run within its line. */
  readonly ends: Uint32Array;
}

/**
 * Finds the runs of a row-major bitmap, row by row.
 *
 * @param bits   height x width values; a pixel belongs to a run where its value's truth equals `value`
 * @param value  true for the foreground, false for the background
 */
export function rowRuns(bits: ArrayLike<number>, width: number, height: number, value = true): Runs {
  const offsets = new Uint32Array(height + 1);
  let capacity = 4 * height + 16;
  let starts = new Uint32Array(capacity);
  let ends = new Uint32Array(capacity);
  let count = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let x = 0;
    while (x < width) {
      while (x < width && (bits[row + x] !== 0) !== value) x++;
      if (x === width) break;
      if (count === capacity) {
        capacity *= 2;
        starts = grown(starts, capacity);
        ends = grown(ends, capacity);
      }
      starts[count] = x;
      while (x < width && (bits[row + x] !== 0) === value) x++;
      ends[count++] = x;
    }
    offsets[y + 1] = count;
  }
  return { offsets, starts: starts.subarray(0, count), ends: ends.subarray(0, count) };
}

/** The same values in a longer array. */
export function grown(array: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(capacity);
  longer.set(array);
  return longer;
}
