/** Lets other work of the thread have its turn: see `createBreather` of core. */
export type Breathe = () => Promise<void>;

/** Numbers that are gone through at once: a few milliseconds. */
const PIECE = 2 ** 20;

/** Goes through `count` numbers in pieces. */
export async function inPieces(
  breathe: Breathe,
  count: number,
  work: (begin: number, end: number) => void,
): Promise<void> {
  for (let begin = 0; begin < count; begin += PIECE) {
    await breathe();
    work(begin, Math.min(count, begin + PIECE));
  }
}

/** Whether any of the numbers is such a one. */
export async function isAny(
  breathe: Breathe,
  data: ArrayLike<number>,
  isSuch: (value: number) => boolean,
): Promise<boolean> {
  for (let i = 0; i < data.length; i += 1) {
    if (i % PIECE === 0) await breathe();
    if (isSuch(data[i]!)) return true;
  }
  return false;
}
