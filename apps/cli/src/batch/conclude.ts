import { type BatchPlan, type BatchStore, type FailedEntry, mergeBatch } from "@sam2js/batch";
import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import { ExitCode } from "../exit-code.js";
import { concludeBatch, failureOf } from "../io/batch.js";
import type { ConsoleIo } from "../io/console-io.js";

/** Lists what failed in a batch. @returns the exit status */
export function concludeEntries(failed: readonly FailedEntry[], total: number, io: ConsoleIo): number {
  const failures = failed.map(({ name, code, message }) =>
    failureOf(name, new Sam2Error(code as Sam2ErrorCode, message)),
  );
  return concludeBatch(failures, total, io);
}

/** Joins the shards of a batch and says what came out. @returns the exit status */
export async function mergeAndConclude(
  store: BatchStore,
  plan: BatchPlan,
  { isPartial = false, isJson }: { readonly isPartial?: boolean; readonly isJson: boolean },
  io: ConsoleIo,
): Promise<number> {
  const merged = await mergeBatch(store, plan, { isPartial, signal: io.signal });
  const { entries, masks, failed, files, missing } = merged;
  if (isJson) io.out(JSON.stringify(merged, undefined, 2));
  else {
    io.out(`${entries - failed.length} of ${entries} done, ${masks} masks`);
    if (missing.length > 0) io.note(`${missing.length} of ${plan.shards.length} shards are not done`);
    for (const file of files) io.out(`  wrote ${store.where}/${file}`);
  }
  const status = concludeEntries(failed, entries, io);
  return status === ExitCode.ok && missing.length > 0 ? ExitCode.partly : status;
}
