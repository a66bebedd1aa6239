let isEndless = false;

/** From now on nothing takes too long: tests want all that the app does from the slowest machine. */
export function waitForAll(): void {
  isEndless = true;
}

/** Whether something takes longer here than anybody is to wait for it unasked. */
export function takesTooLong(ms: number, mostMs: number): boolean {
  return !isEndless && ms > mostMs;
}
