/** Hears of the end of a worker: it was told to stop, its script cannot be loaded, or it says itself that it cannot go on. */
export function watchWorker(worker: Worker, onLost: (why: string) => void): void {
  const lost = (why: string) => {
    worker.terminate();
    onLost(why);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<{ readonly lost?: string }>) => {
    if (data.lost !== undefined) lost(data.lost);
  });
  worker.addEventListener("error", (event: ErrorEvent) => {
    event.preventDefault();
    lost(event.message || "its script cannot be loaded");
  });
  worker.addEventListener("messageerror", () => lost("a message cannot be read"));
}
