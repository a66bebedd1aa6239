/** Writers of this page, where the browser has no locks over all tabs. */
const tails = new Map<string, Promise<void>>();

/**
 * Waits for a lock that all tabs of the site share.
 *
 * @returns releases it
 */
export async function lock(name: string): Promise<() => void> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  if (!locks) return lockHere(name);
  return new Promise((resolve, reject) => {
    locks
      .request(`sam2js ${name}`, () => new Promise<void>((release) => resolve(() => release())))
      .catch(reject);
  });
}

async function lockHere(name: string): Promise<() => void> {
  const before = tails.get(name);
  let release = (): void => undefined;
  const turn = new Promise<void>((resolve) => {
    release = resolve;
  });
  tails.set(
    name,
    (before ?? Promise.resolve()).then(() => turn),
  );
  await before;
  return release;
}
