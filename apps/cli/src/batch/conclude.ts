import type { FailedEntry } from "@sam2js/batch";
import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import { concludeBatch, failureOf } from "../io/batch.js";
import type { ConsoleIo } from "../io/console-io.js";

/** Lists what failed in a batch. @returns the exit status */
export function concludeEntries(failed: readonly FailedEntry[], total: number, io: ConsoleIo): number {
  const failures = failed.map(({ name, code, message }) =>
    failureOf(name, new Sam2Error(code as Sam2ErrorCode, message)),
  );
  return concludeBatch(failures, total, io);
}
