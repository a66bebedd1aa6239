import { EngineError, messageOf, Sam2Error } from "@sam2js/core";

const OUT_OF_MEMORY =
  /failed to allocate|out of memory|bad_alloc|bad allocation|allocation failed|insufficient memory|cannot enlarge memory/i;

/**
 * Wraps what the engine threw, once. Errors of sam2js pass as they are.
 *
 * @param what  the session or step that failed, for the message
 */
export function toEngineError(error: unknown, what: string): Sam2Error {
  if (Sam2Error.isInstance(error)) return error;
  const text = messageOf(error).trim();
  // WASM throws the address of an exception where the engine did not catch it; its text is on the console.
  const message = /^\d+$/.test(text) ? `an exception inside the engine, at ${text}` : text;
  if (OUT_OF_MEMORY.test(message)) {
    return new EngineError(
      `${what}: the engine ran out of memory (${message}); use a smaller imageSize, fewer prompts at once or a smaller model`,
      { cause: error, what },
      "OUT_OF_MEMORY",
    );
  }
  return new EngineError(`${what}: the engine failed: ${message}`, { cause: error, what });
}

/** What calls on the sessions and tensors of an engine get that has ended on its own. */
export function engineLost(why: string, code: "DEVICE_LOST" | "OUT_OF_MEMORY" = "DEVICE_LOST"): EngineError {
  return new EngineError(
    `The engine ended (${why}) and what lay in it is gone; encode the image again, the next call starts a new engine`,
    { why },
    code,
  );
}
