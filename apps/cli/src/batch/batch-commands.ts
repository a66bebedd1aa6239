import { type BatchPlan, type BatchStore, openStore, planDigest, readPlan, readReports } from "@sam2js/batch";
import type { QueuedBatch } from "@sam2js/batch/queue";
import { InputError } from "@sam2js/core";
import type { Command } from "commander";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { mergeAndConclude } from "./conclude.js";
import { costOf, costText, type MachinePrice, machinePrice } from "./cost.js";
import { resolveOut } from "./open-store.js";
import { withQueue } from "./with-queue.js";

interface Options {
  readonly json?: boolean;
  readonly partial?: boolean;
  readonly queue?: string;
  readonly costPerHour?: MachinePrice;
}

interface Planned {
  readonly store: BatchStore;
  readonly plan: BatchPlan;
}

/** `sam2 batch merge`, `status`, `retry` and `cancel`. */
export function addBatchCommands(command: Command, io: ConsoleIo, finish: (status: number) => void): void {
  command
    .command("merge")
    .description("Joins the shards of a batch that several machines have done.")
    .argument("<folder>", "where its results are")
    .option("--partial", "join what is done, also where shards are missing")
    .option("--json", "print results as JSON")
    .action(async (out: string, { partial = false, json = false }: Options) => {
      const { store, plan } = await planned(out);
      finish(await mergeAndConclude(store, plan, { isPartial: partial, isJson: json }, io));
    });
  command
    .command("status")
    .description("Says how far a batch or a queue is.")
    .argument("[folder]", "where the results of a batch are")
    .option("--queue <url>", "Redis or Valkey")
    .option("--cost-per-hour <price>", "with both: what a machine costs, such as 0.40EUR", machinePrice)
    .option("--json", "print as JSON")
    .action(async (out: string | undefined, options: Options) => finish(await status(out, options, io)));
  const changes = {
    retry: "Puts shards that were given up back into the queue.",
    cancel: "Takes shards out of the queue; workers leave those that they are at.",
  } as const;
  for (const [name, description] of Object.entries(changes) as [keyof typeof changes, string][]) {
    command
      .command(name)
      .description(description)
      .argument("[folder]", "where the results of a batch are; all batches without it")
      .requiredOption("--queue <url>", "Redis or Valkey")
      .action(async (out: string | undefined, { queue = "" }: Options) => {
        const batch = out === undefined ? undefined : queuedBatch(await planned(out));
        const count = await withQueue(queue, (connected) => connected[name](batch));
        io.out(`${count} shards ${name === "retry" ? "will be tried again" : "were taken out"}`);
        finish(ExitCode.ok);
      });
  }
}

async function status(
  out: string | undefined,
  { queue, json, costPerHour }: Options,
  io: ConsoleIo,
): Promise<number> {
  if (out === undefined && queue === undefined) {
    throw InputError.expected("status", "a folder, --queue or both", "neither");
  }
  const mine = out === undefined ? undefined : await planned(out);
  const batch = mine && (await progressOf(mine));
  const found =
    queue === undefined
      ? undefined
      : await withQueue(queue, async (connected) => ({
          ...(await connected.counts()),
          workers: await connected.workerCount().catch(() => undefined),
          deadLetters: await connected.deadLetters(mine && queuedBatch(mine)),
          ...(mine &&
            costPerHour && { cost: costOf(await connected.spentMs(queuedBatch(mine)), costPerHour) }),
        }));
  if (json) io.out(JSON.stringify({ batch, queue: found }, undefined, 2));
  else {
    if (batch)
      io.out(`${batch.done} of ${batch.shards} shards are done, ${batch.failedImages} images failed`);
    if (found) {
      const { waiting, active, delayed, failed, workers } = found;
      const counts = `${waiting} waiting, ${active} active, ${delayed} delayed, ${failed} given up`;
      io.out(`queue: ${counts}; ${workers ?? "unknown"} workers`);
      if (found.cost) io.out(`cost so far: ${costText(found.cost)}`);
      for (const { shard, out: where, reason } of found.deadLetters)
        io.out(`  shard ${shard} of ${where}: ${reason}`);
    }
  }
  return ExitCode.ok;
}

async function progressOf({ store, plan }: Planned) {
  let [done, failedImages] = [0, 0];
  for await (const report of readReports(store, plan)) {
    if (!report) continue;
    done += 1;
    failedImages += report.failed.length;
  }
  return { shards: plan.shards.length, done, failedImages };
}

async function planned(out: string): Promise<Planned> {
  const store = await openStore(resolveOut(out));
  const plan = await readPlan(store);
  if (!plan) throw InputError.expected(out, "a folder with a planned batch", "none", "check the path");
  return { store, plan };
}

function queuedBatch({ store, plan }: Planned): QueuedBatch {
  return { out: store.where, plan: planDigest(plan) };
}
