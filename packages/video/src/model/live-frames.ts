import { checkIterable, raceAbort } from "@sam2js/core";

/** A frame of a live source and its number, dropped ones counted. */
export interface LiveFrame<T> {
  readonly index: number;
  readonly frame: T;
}

/**
 * Frames of a source, the newest each time: those that arrive while the last one is worked on are dropped but for the newest.
 *
 * @param first  number of the first frame
 */
export async function* latestFrames<T>(
  source: AsyncIterable<T> | Iterable<T>,
  first: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveFrame<T>, void, undefined> {
  const iterator = iteratorOf(source);
  let newest: LiveFrame<T> | undefined;
  let ended: { readonly error?: unknown } | undefined;
  let isLeft = false;
  let wake: () => void = () => undefined;
  const onAbort = () => {
    ended ??= { error: signal?.reason };
    wake();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const pump = async () => {
    for (let index = first; !isLeft && !ended; index++) {
      const result = await iterator.next();
      if (result.done) break;
      newest = { index, frame: result.value };
      wake();
    }
  };
  pump()
    .then(
      () => {
        ended ??= {};
      },
      (error: unknown) => {
        ended ??= { error };
      },
    )
    .finally(() => wake());
  try {
    while (true) {
      if (ended && "error" in ended) throw ended.error;
      const next: LiveFrame<T> | undefined = newest;
      newest = undefined;
      if (next) yield next;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (newest || ended) resolve();
        });
    }
  } finally {
    isLeft = true;
    signal?.removeEventListener("abort", onAbort);
    leave(iterator);
  }
}

/** Every frame of a source, one at a time: the next is asked for when the last one is done with. */
export async function* everyFrame<T>(
  source: AsyncIterable<T> | Iterable<T>,
  first: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveFrame<T>, void, undefined> {
  const iterator = iteratorOf(source);
  try {
    for (let index = first; ; index++) {
      const result = await raceAbort(Promise.resolve(iterator.next()), signal);
      if (result.done) return;
      yield { index, frame: result.value };
    }
  } finally {
    leave(iterator);
  }
}

/** Tells a source that no more is wanted. It is not waited for: a camera may be waiting for a frame that never comes. */
function leave(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  Promise.resolve(iterator.return?.()).catch(() => undefined);
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  checkIterable(source, "frames", "frames: a list, or an async iterable such as a camera's");
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
