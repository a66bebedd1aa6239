import { Sam2Error, StoreError } from "@sam2js/core";

/** The code of a system error (`"ENOENT"`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Wraps an error of the file system. */
export function toStoreError(error: unknown, what: string): Sam2Error {
  if (Sam2Error.isInstance(error)) return error;
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StoreError(
      `${what}: no room left (${message}); free some, or name another folder by cacheDir or HF_HOME`,
      { cause: error, what },
      "STORE_FULL",
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new StoreError(
      `${what}: no right to write (${message}); name a folder of your own by cacheDir or HF_HOME`,
      {
        cause: error,
        what,
      },
    );
  }
  return new StoreError(`${what}: ${message}`, { cause: error, what });
}

/** `undefined` for a file or folder that is not there; other errors are thrown, wrapped. */
export function orUndefined(error: unknown, what: string): undefined {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
  throw toStoreError(error, what);
}
