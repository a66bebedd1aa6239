let letGo = () => {};
const isLetGo = new Promise<void>((resolve) => {
  letGo = resolve;
});

/** Lets what is held go on, now and from then on. */
export function endHold(): void {
  letGo();
}

/** Waits for {@link endHold}. Fails with the signal's reason when that is aborted first. */
export function untilLetGo(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    void isLetGo.then(resolve);
  });
}
