import { Sam2Error, StoreError } from "@sam2js/core";

/** Wraps an error of the browser's storage. */
export function toStoreError(error: unknown, what: string): Sam2Error {
  if (Sam2Error.isInstance(error)) return error;
  const { name, message } =
    error instanceof Error || error instanceof DOMException ? error : { name: "", message: String(error) };
  if (name === "QuotaExceededError") return storeFull(what, message, error);
  if (name === "NotReadableError" || name === "NotFoundError") {
    return new StoreError(`${what}: the stored file is gone (${message}); load the model again`, {
      cause: error,
      name: what,
    });
  }
  return new StoreError(`${what}: the browser's storage failed (${message})`, { cause: error, name: what });
}

/** @param why  in numbers where they are known */
export function storeFull(what: string, why: string, cause?: unknown): StoreError {
  return new StoreError(
    `${what}: the browser gives this site no more room (${why}); free disk space or other models, or keep none with store: "memory"`,
    { cause, name: what },
    "STORE_FULL",
  );
}
