/** Where a time lies, in per cent. */
export function share(seconds: number, duration: number): string {
  return `${(100 * Math.min(1, seconds / duration)).toFixed(3)}%`;
}
