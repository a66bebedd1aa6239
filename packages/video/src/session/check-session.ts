import { describeValue, InputError } from "@sam2js/core";

/** @throws {InputError} it is something else, such as an object with the session in it */
export function checkSession(session: unknown, what: string): void {
  if (typeof session === "object" && session !== null && "queue" in session && "state" in session) return;
  const next = `for example ${what}(session, options)`;
  throw InputError.expected(what, "a session of initVideoSession first", describeValue(session), next);
}
