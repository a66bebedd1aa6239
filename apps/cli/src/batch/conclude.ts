import { type BatchPlan, type BatchStore, type FailedEntry, mergeBatch } from "@sam2js/batch";
import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import { ExitCode } from "../exit-code.js";
import { concludeBatch, failureOf } from "../io/batch.js";
import type { ConsoleIo } from "../io/console-io.js";
import { type BatchCost, costText } from "./cost.js";

/** Lists what failed in a batch. @returns the exit status */
export function concludeEntries(failed: readonly FailedEntry[], total: number, io: ConsoleIo): number {
  const failures = failed.map(({ name, code, message }) =>
    failureOf(name, new Sam2Error(code as Sam2ErrorCode, message)),
  );
  return concludeBatch(failures, total, io);
}

/** How a batch is concluded. */
export interface ConcludeOptions {
  readonly isPartial?: boolean;
  readonly isJson: boolean;
  readonly cost?: BatchCost | undefined;
}

/** Joins the shards of a batch and says what came out. @returns the exit status */
export async function mergeAndConclude(
  store: BatchStore,
  plan: BatchPlan,
  { isPartial = false, isJson, cost }: ConcludeOptions,
  io: ConsoleIo,
): Promise<number> {
  const merged = await mergeBatch(store, plan, { isPartial, signal: io.signal });
  const { entries, masks, failed, files, missing } = merged;
  if (isJson) io.out(JSON.stringify({ ...merged, ...(cost && { cost }) }, undefined, 2));
  else {
    io.out(`${entries - failed.length} of ${entries} done, ${masks} masks`);
    if (cost) io.out(`cost: ${costText(cost)}`);
    if (missing.length > 0) io.note(`${missing.length} of ${plan.shards.length} shards are not done`);
    for (const file of files) io.out(`  wrote ${store.where}/${file}`);
  }
  const status = concludeEntries(failed, entries, io);
  return status === ExitCode.ok && missing.length > 0 ? ExitCode.partly : status;
}
