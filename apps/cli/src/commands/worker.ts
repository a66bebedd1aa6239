import { openStore, readPlan } from "@sam2js/batch";
import type { ShardJob } from "@sam2js/batch/queue";
import type { Command } from "commander";
import { Option } from "commander";
import { chooseMachine } from "../batch/choose-machine.js";
import { type MachineChoice, type MachineOptions, machineOptions } from "../batch/process-count.js";
import { RunnerPool } from "../batch/runner-pool.js";
import { serveMetrics, type WorkerCounts } from "../batch/worker-metrics.js";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { interruption } from "../io/interruption.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { deviceOption, threadsOption } from "../options/model-options.js";
import { numberWithin, wholeNumber } from "../options/numbers.js";

interface WorkerCommandOptions extends Pick<ModelCommandOptions, "device" | "offline" | "threads"> {
  readonly queue: string;
  readonly processes?: number;
  readonly metrics?: string;
  readonly rate?: number;
  readonly lockSeconds?: number;
}

/** `sam2 worker`: does the shards of a queue. */
export function workerCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  program
    .command("worker")
    .description(
      "Takes shards from a queue and does them until it is ended. SIGTERM gives what is being done back to the queue, without loss, and ends.",
    )
    .requiredOption("--queue <url>", "Redis or Valkey: redis://host:6379")
    .option(
      "--processes <n>",
      "shards at a time (default: what is fastest for the first batch, measured once)",
      wholeNumber("--processes", 1, 256),
    )
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option("--offline", "use what is in the cache, fetch no model")
    .option("--metrics <[host:]port>", "serve counts for Prometheus at /metrics")
    .option(
      "--rate <n>",
      "at most so many images a second, by all its processes together",
      numberWithin("--rate", 0.001, Number.POSITIVE_INFINITY),
    )
    .addOption(
      new Option("--lock-seconds <n>", "a worker that is silent for so long has lost its shards")
        .argParser(wholeNumber("--lock-seconds", 1))
        .hideHelp(),
    )
    .action(async (options: WorkerCommandOptions) => finish(await work(options, io)));
}

async function work(options: WorkerCommandOptions, io: ConsoleIo): Promise<number> {
  const { startQueueWorker } = await import("@sam2js/batch/queue");
  const { queue, metrics, lockSeconds, rate } = options;
  const counts: WorkerCounts = { shardsDone: 0, shardsFailed: 0, images: 0, imagesFailed: 0 };
  const isGiven = options.processes !== undefined || options.threads !== undefined;
  /** The first batch decides: of its model it is measured what is fastest here. */
  let machine = isGiven ? Promise.resolve(machineOptions(options)) : undefined;
  let pool: RunnerPool | undefined;
  const worker = await startQueueWorker(queue, {
    concurrency: isGiven ? machineOptions(options).processes : 1,
    lockMs: lockSeconds && 1000 * lockSeconds,
    note: io.note,
    async run(job, context) {
      try {
        machine ??= measured(job, options, io).catch((error) => {
          machine = undefined; // tried again with the next shard
          throw error;
        });
        const { processes, worker: own } = await machine;
        worker.concurrency = processes;
        pool ??= new RunnerPool(own, io.note);
        const report = await pool.run(job, context, rate && rate / processes);
        counts.shardsDone += 1;
        counts.images += report.entries - report.failed.length;
        counts.imagesFailed += report.failed.length;
        return report;
      } catch (error) {
        if (!context.signal.aborted) counts.shardsFailed += 1;
        throw error;
      }
    },
  });
  const server = metrics === undefined ? undefined : await serveMetrics(metrics, counts, () => worker.active);
  io.note(`waiting for shards${isGiven ? `, ${worker.concurrency} at a time` : ""}`);
  await interruption(io.signal);
  await worker.close();
  await pool?.end();
  server?.close();
  return ExitCode.ok;
}

async function measured(job: ShardJob, options: MachineOptions, io: ConsoleIo): Promise<MachineChoice> {
  const plan = await readPlan(await openStore(job.out));
  const { note, signal } = io;
  return plan
    ? chooseMachine(options, plan, { entries: plan.entries, note, signal })
    : machineOptions(options);
}
