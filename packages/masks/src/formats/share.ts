/** A share as files promise it, 0 to 1: some models estimate an IoU a little outside. */
export function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
