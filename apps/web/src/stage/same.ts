/** Whether two parts of a scene look alike: plain data, told apart down to so many levels. */
function isSame(a: unknown, b: unknown, levels: number): boolean {
  if (Object.is(a, b)) return true;
  if (levels === 0 || typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const [fields, others] = [Object.entries(a), Object.entries(b)];
  if (fields.length !== others.length) return false;
  return others.every(([name, value]) => isSame((a as Record<string, unknown>)[name], value, levels - 1));
}

/** A list, its items, and what they are made of. */
const LEVELS = 3;

/** Gives the list of before in place of one that looks the same, so that nobody takes it for another. */
export function keepSame<T>(): (now: readonly T[]) => readonly T[] {
  let last: readonly T[] = [];
  return (now) => {
    if (!isSame(now, last, LEVELS)) last = now;
    return last;
  };
}
