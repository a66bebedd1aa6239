import type { BatchPlan, BatchStore } from "@sam2js/batch";
import type { QueueTerms } from "@sam2js/batch/queue";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import { mergeAndConclude } from "./conclude.js";

/** Lets the workers of a queue do a batch, waits for them and joins the shards. @returns the exit status */
export async function runOnQueue(
  url: string,
  store: BatchStore,
  plan: BatchPlan,
  { isJson, ...terms }: QueueTerms & { readonly isJson: boolean },
  io: ConsoleIo,
): Promise<number> {
  const { watchBatch } = await import("@sam2js/batch/queue");
  const progress = createProgress(io, "queue", { rate: "images/s" });
  const onProgress = (done: number) =>
    progress.onProgress({ phase: plan.task, done, total: plan.entries, unit: "items" });
  const dead = await watchBatch(url, store, plan, { ...terms, signal: io.signal, onProgress }).finally(() =>
    progress.stop(),
  );
  if (dead.length === 0) return mergeAndConclude(store, plan, { isJson }, io);
  io.note(`sam2: ${dead.length} of ${plan.shards.length} shards were given up:`);
  for (const { shard, reason } of dead) io.note(`  shard ${shard}: ${reason}`);
  io.note(`sam2 batch retry ${store.where} --queue … tries them again`);
  return ExitCode.failed;
}
