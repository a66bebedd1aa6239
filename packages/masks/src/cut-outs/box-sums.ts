/** Whole numbers, row by row. Sums are doubles: those of a large neighbourhood pass 32 bits and are exact all the same. */
export interface Plane {
  readonly data: Float64Array | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Weighs each value with its neighbours by a tent: of `radius` + 1 at the middle, 1 less with each step along a row, the same along columns. The
 * weights add up to {@link tentWeight}.
 *
 * @param plane   `radius` values wider than the result on each side
 * @param radius  >= 0
 */
export function tentSums(plane: Plane, radius: number): Plane {
  if (radius === 0) return plane;
  const count = radius + 1;
  // A tent is a box of boxes.
  const along = rowSums(rowSums(plane, count), count);
  return columnSums(columnSums(along, count), count);
}

export function tentWeight(radius: number): number {
  return (radius + 1) ** 4;
}

/** Of each value and the `count` - 1 behind it in its row: the result is so much narrower. */
function rowSums({ data, width, height }: Plane, count: number): Plane {
  const left = width - count + 1;
  const sums = new Float64Array(left * height);
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * width, y * left];
    let sum = 0;
    for (let x = 0; x < count; x++) sum += data[from + x]!;
    sums[to] = sum;
    for (let x = 1; x < left; x++) {
      sum += data[from + x + count - 1]! - data[from + x - 1]!;
      sums[to + x] = sum;
    }
  }
  return { data: sums, width: left, height };
}

/** Of each value and the `count` - 1 below it. */
function columnSums({ data, width, height }: Plane, count: number): Plane {
  const left = height - count + 1;
  const sums = new Float64Array(width * left);
  for (let i = 0; i < width * count; i++) sums[i % width]! += data[i]!;
  const [below, size] = [width * (count - 1), width * left];
  for (let i = width; i < size; i++) sums[i] = sums[i - width]! + data[i + below]! - data[i - width]!;
  return { data: sums, width, height: left };
}
