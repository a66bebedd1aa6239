/** Throws the signal's reason if it is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}

/**
 * Settles like `work`, or rejects with `signal.reason` as soon as the signal aborts. The work itself is not stopped;
 * what it yields after that is given to `discard`.
 */
export function raceAbort<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  discard?: (late: T) => void,
): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      work.then(
        (late) => discard?.(late),
        () => undefined,
      );
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work
      .finally(() => signal.removeEventListener("abort", onAbort))
      .then(
        (value) => {
          if (!signal.aborted) resolve(value);
        },
        (error) => reject(error),
      );
  });
}
