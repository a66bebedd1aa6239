/** A signal that follows several others until it is released. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Leaves the others, which may live much longer. */
  release(): void;
}

/** A signal that aborts with the first of others. */
export function linkSignals(others: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const stops = others.map((other) => {
    const onAbort = () => controller.abort(other?.reason);
    if (other?.aborted) onAbort();
    else other?.addEventListener("abort", onAbort, { once: true });
    return () => other?.removeEventListener("abort", onAbort);
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const stop of stops) stop();
    },
  };
}
