import { messageOf, Sam2Error, StoreError } from "@sam2js/core";

/** The code of a system error (`"ENOENT"`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/**
 * Wraps an error of the file system.
 *
 * @param what    the file or folder, for the message
 * @param remedy  what to do where there is no room or no right
 */
export function toStoreError(
  error: unknown,
  what: string,
  remedy = "free some, or name another folder by cacheDir or HF_HOME",
): Sam2Error {
  if (Sam2Error.isInstance(error)) return error;
  const code = errorCode(error);
  const message = messageOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StoreError(
      `${what}: no room left (${message}); ${remedy}`,
      { cause: error, name: what },
      "STORE_FULL",
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    const other = remedy.replace("free some, or ", "");
    return new StoreError(`${what}: no right to write (${message}); ${other}`, { cause: error, name: what });
  }
  return new StoreError(`${what}: ${message}`, { cause: error, name: what });
}

/** `undefined` for a file or folder that is not there; other errors are thrown, wrapped. */
export function orUndefined(error: unknown, what: string): undefined {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
  throw toStoreError(error, what);
}
