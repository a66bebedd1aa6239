/** How long work may hold the thread, in ms: short enough that an abort or a frame does not wait noticeably. */
const HOLD_MS = 40;

/**
 * Lets long synchronous work give way: awaited between its pieces, it lets timers, input and aborts through once the thread has been
 * held for a while.
 *
 * @throws `signal.reason` once the signal is aborted
 */
export function createBreather(signal: AbortSignal | undefined): () => Promise<void> {
  let since = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - since < HOLD_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    since = performance.now();
    signal?.throwIfAborted();
  };
}
