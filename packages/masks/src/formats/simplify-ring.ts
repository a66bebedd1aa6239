/**
 * Leaves out points of a closed ring that lie within a tolerance of the line between their neighbours (Douglas–Peucker, from the
 * first point and the point farthest from it). May let rings cross where they come closer than the tolerance.
 *
 * @param points     x, y, x, y, … without repeating the first
 * @param tolerance  in pixels; 0 leaves out only points on straight lines
 * @returns          at least two points of the ring, in order
 */
export function simplifyRing(points: readonly number[], tolerance: number): number[] {
  const count = points.length / 2;
  if (count < 4) return [...points];
  const distance = (i: number, from: number, to: number) => {
    const [x, y] = [points[2 * i]! - points[2 * from]!, points[2 * i + 1]! - points[2 * from + 1]!];
    const [dx, dy] = [points[2 * to]! - points[2 * from]!, points[2 * to + 1]! - points[2 * from + 1]!];
    const length = dx * dx + dy * dy;
    const along = length > 0 ? Math.min(1, Math.max(0, (x * dx + y * dy) / length)) : 0;
    return Math.hypot(x - along * dx, y - along * dy);
  };
  let far = 0;
  for (let i = 1; i < count; i++) if (distance(i, 0, 0) > distance(far, 0, 0)) far = i;
  const isKept = new Uint8Array(count);
  isKept[0] = 1;
  isKept[far] = 1;
  const stack: [number, number][] = [
    [0, far],
    [far, count],
  ];
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [from, to] = span;
    let worst = -1;
    let most = tolerance;
    for (let i = from + 1; i < to; i++) {
      const off = distance(i, from, to % count);
      if (off > most) {
        worst = i;
        most = off;
      }
    }
    if (worst < 0) continue;
    isKept[worst] = 1;
    stack.push([from, worst], [worst, to]);
  }
  return points.filter((_, i) => isKept[i >> 1]);
}
