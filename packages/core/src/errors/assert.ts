/** Raised where only a mistake inside sam2js can lead. */
class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** States what must hold unless sam2js itself is wrong. Whatever a user, file or engine can cause is a typed error instead. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new AssertionError(`sam2js has a bug, please report it: ${what}`);
}
