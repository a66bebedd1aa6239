import { raceAbort } from "@sam2js/core";

/** Writers of this page, where the browser has no locks over all tabs. */
const tails = new Map<string, Promise<void>>();

/**
 * Waits for a lock that all tabs and workers of the site share.
 *
 * @returns releases it
 * @throws the signal's reason
 */
export async function lock(name: string, signal?: AbortSignal): Promise<() => void> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  if (!locks) return lockHere(name, signal);
  return new Promise((resolve, reject) => {
    const hold = () => new Promise<void>((release) => resolve(() => release()));
    locks.request(`sam2js ${name}`, signal ? { signal } : {}, hold).catch(reject);
  });
}

async function lockHere(name: string, signal: AbortSignal | undefined): Promise<() => void> {
  const before = tails.get(name) ?? Promise.resolve();
  let release = (): void => undefined;
  const turn = new Promise<void>((resolve) => {
    release = resolve;
  });
  tails.set(
    name,
    before.then(() => turn),
  );
  try {
    await raceAbort(before, signal);
    return release;
  } catch (error) {
    release();
    throw error;
  }
}
