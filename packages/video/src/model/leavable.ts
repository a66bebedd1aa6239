import { linkSignals } from "../session/linked-signal.js";

/**
 * An iterator that can be left while it waits: `return()` aborts what is under way, and the `next()` that waited ends without a value.
 *
 * @param signals  `iterate` is handed a signal that aborts with the first of these too
 */
export function leavable<T>(
  signals: readonly (AbortSignal | undefined)[],
  iterate: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const leaving = new AbortController();
  const inner = (async function* () {
    const linked = linkSignals([leaving.signal, ...signals]);
    try {
      yield* iterate(linked.signal);
    } catch (error) {
      if (!leaving.signal.aborted || error !== leaving.signal.reason) throw error;
    } finally {
      linked.release();
    }
  })();
  return {
    next: () => inner.next(),
    throw: (error: unknown) => inner.throw(error),
    return: () => {
      leaving.abort();
      return inner.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}
