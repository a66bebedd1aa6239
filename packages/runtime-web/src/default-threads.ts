/** More threads than this cost more in waiting for each other than they bring for one image. */
const MAX_THREADS = 8;

/** Whether threads of the engine can share memory here. */
export function canShareMemory(): boolean {
  return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== "undefined";
}

/**
 * How many threads the engine gets: as many as there are cores. Browsers count logical ones, of which a larger machine has two per core.
 *
 * @param logicalCores  `navigator.hardwareConcurrency`
 */
export function defaultThreads(logicalCores: number): number {
  const cores = logicalCores > 4 ? Math.ceil(logicalCores / 2) : logicalCores;
  return Math.max(1, Math.min(cores, MAX_THREADS));
}
