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
    let isAborted = signal.aborted;
    const onAbort = () => {
      isAborted = true;
      reject(signal.reason);
    };
    if (isAborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    // One step settles and stops listening: an abort between the two would leave the promise open for ever.
    work.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        if (isAborted) discard?.(value);
        else resolve(value);
      },
      (error) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
  });
}
