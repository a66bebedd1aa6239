import { RUNS, STOPS } from "./run-state.mjs";

/** Longer than any run takes; after it, a process that aborts is better than one that does not end. */
const MAX_WAIT_MS = 60_000;

const states = new Set<Int32Array>();

/**
 * Has the end of this thread or process wait for native code that is under way in an engine's thread: returning into an environment that
 * is gone, the engine's addon aborts the process. It keeps nothing alive and changes no exit code.
 *
 * @returns what the two threads share, until it is handed to {@link unguardExit}
 */
export function guardExit(): Int32Array {
  const state = new Int32Array(new SharedArrayBuffer(8));
  if (states.size === 0) process.on("exit", waitForRuns);
  states.add(state);
  return state;
}

export function unguardExit(state: Int32Array): void {
  states.delete(state);
  if (states.size === 0) process.off("exit", waitForRuns);
}

function waitForRuns(): void {
  for (const state of states) Atomics.store(state, STOPS, 1);
  const deadline = performance.now() + MAX_WAIT_MS;
  for (const state of states) {
    for (let runs = Atomics.load(state, RUNS); runs > 0; runs = Atomics.load(state, RUNS)) {
      if (Atomics.wait(state, RUNS, runs, deadline - performance.now()) === "timed-out") return;
    }
  }
}
