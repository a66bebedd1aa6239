import { once } from "node:events";

/** Resolves when the user interrupts, or has done so. */
export async function interruption(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
