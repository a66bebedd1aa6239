/** Node's longest timer, in milliseconds. */
const LONG = 2 ** 31 - 1;

/**
 * Keeps the process from ending while `work` goes on. The codecs work in threads that Node does not wait for.
 */
export async function keepAlive<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, LONG);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
