/** The frame that is shown at a time, in seconds from the first. */
export function frameAt(times: Float64Array, seconds: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] ?? 0) <= seconds + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}
