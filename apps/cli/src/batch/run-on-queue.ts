import { type BatchPlan, type BatchStore, planDigest } from "@sam2js/batch";
import type { QueueTerms } from "@sam2js/batch/queue";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import { mergeAndConclude } from "./conclude.js";
import { costOf, costText, type MachinePrice } from "./cost.js";
import { withQueue } from "./with-queue.js";

/** How a batch is done by a queue. */
export interface RunOnQueueOptions extends QueueTerms {
  readonly isJson: boolean;
  readonly price?: MachinePrice | undefined;
}

/** Lets the workers of a queue do a batch, waits for them and joins the shards. @returns the exit status */
export async function runOnQueue(
  url: string,
  store: BatchStore,
  plan: BatchPlan,
  { isJson, price, ...terms }: RunOnQueueOptions,
  io: ConsoleIo,
): Promise<number> {
  const { watchBatch } = await import("@sam2js/batch/queue");
  let machineMs = 0;
  const progress = createProgress(io, "queue", {
    rate: plan.task === "track" ? "videos/s" : "images/s",
    more: () => (price ? `, ${costText(costOf(machineMs, price))}` : ""),
  });
  const onProgress = ({ done, spentMs }: { readonly done: number; readonly spentMs: number }) => {
    machineMs = spentMs;
    progress.onProgress({ phase: plan.task, done, total: plan.entries, unit: "items" });
  };
  const dead = await watchBatch(url, store, plan, { ...terms, signal: io.signal, onProgress }).finally(() =>
    progress.stop(),
  );
  if (dead.length === 0) {
    const batch = { out: store.where, plan: planDigest(plan) };
    const cost = price && costOf(await withQueue(url, (queue) => queue.spentMs(batch)), price);
    return mergeAndConclude(store, plan, { isJson, cost }, io);
  }
  io.note(`sam2: ${dead.length} of ${plan.shards.length} shards were given up:`);
  for (const { shard, reason } of dead) io.note(`  shard ${shard}: ${reason}`);
  io.note(`sam2 batch retry ${store.where} --queue … tries them again`);
  return ExitCode.failed;
}
