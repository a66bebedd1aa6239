import { checkFunction, checkOptions } from "@sam2js/core";

/** How patient {@link untilStalled} is. */
export interface StallOptions {
  /** Work that shows no sign of life for so long has stalled, in milliseconds. */
  readonly stalledMs: number;
  /** Makes the error that the work then rejects with; may end whatever does the work. */
  readonly onStalled: () => unknown;
}

/** Signs of life are looked for so often within `stalledMs`. */
const LOOKS = 10;

/**
 * Gives up work that makes no progress: decoders and demuxers may wait for ever on a damaged file. The work itself is not ended, only no longer
 * waited for. Time in which this thread was busy or asleep does not count.
 *
 * @param work  calls `alive` whenever it got on
 * @throws what `onStalled` makes
 */
export async function untilStalled<T>(
  work: (alive: () => void) => Promise<T>,
  options: StallOptions,
): Promise<T> {
  checkOptions(options ?? null, ["stalledMs", "onStalled"], "untilStalled");
  checkFunction(work, "work", "a function that does the work");
  checkFunction(options.onStalled, "onStalled", "a function that makes the error");
  const { stalledMs, onStalled } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      // Timers are not made up for: a thread that was blocked has looked once, however long that took.
      let looks = 0;
      timer = setInterval(() => {
        looks += 1;
        if (looks > LOOKS) reject(onStalled());
      }, stalledMs / LOOKS);
      work(() => {
        looks = 0;
      }).then(resolve, reject);
    });
  } finally {
    clearInterval(timer);
  }
}
