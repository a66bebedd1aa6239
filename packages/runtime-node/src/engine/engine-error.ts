import { EngineError, type ErrorCodeOf, Sam2Error } from "@sam2js/core";

const OUT_OF_MEMORY =
  /failed to allocate|out of memory|bad_alloc|bad allocation|allocation failed|insufficient memory/i;

/**
 * Wraps what the engine threw, once. Errors of sam2js pass as they are.
 *
 * @param what  the session or step that failed, for the message
 */
export function toEngineError(error: unknown, what: string): Sam2Error {
  if (Sam2Error.isInstance(error)) return error;
  const message = (error instanceof Error ? error.message : String(error)).trim();
  if (OUT_OF_MEMORY.test(message)) {
    return new EngineError(
      `${what}: the engine ran out of memory (${message}); use a smaller imageSize or fewer prompts at once`,
      { cause: error, what },
      "OUT_OF_MEMORY",
    );
  }
  return new EngineError(`${what}: the engine failed: ${message}`, { cause: error, what });
}

/** What calls on the sessions and tensors of a worker get that has ended on its own. */
export function engineLost(why: string, code: ErrorCodeOf<"EngineError"> = "DEVICE_LOST"): EngineError {
  return new EngineError(
    `The worker thread of the engine ended (${why}), its sessions and kept tensors are gone; load the model again, which starts a new worker`,
    { why },
    code,
  );
}
