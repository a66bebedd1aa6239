/**
 * Where a window of `wanted` pixels in the middle of `size` pixels begins; negative where it is larger. Of an odd difference the smaller
 * half comes first, whether it is cut off or added, as in the reference.
 */
export function cropStart(size: number, wanted: number): number {
  return wanted > size ? -Math.floor((wanted - size) / 2) : Math.floor((size - wanted) / 2);
}
