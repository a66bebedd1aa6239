import type { Command } from "commander";
import { Option } from "commander";
import { machineOptions } from "../batch/process-count.js";
import { RunnerPool } from "../batch/runner-pool.js";
import { serveMetrics, type WorkerCounts } from "../batch/worker-metrics.js";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
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
    .summary("do the work that sam2 batch --queue hands out")
    .description(
      "Takes shards from a queue and does them until it is ended. SIGTERM gives what is being done back to the queue, without loss, and ends.",
    )
    .requiredOption("--queue <url>", "Redis or Valkey: redis://host:6379")
    .option(
      "--processes <n>",
      "shards at a time (default: one for 4 processors)",
      wholeNumber("--processes", 1),
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
  const { processes, worker: machine } = machineOptions(options);
  const pool = new RunnerPool(machine, io.note);
  const counts: WorkerCounts = { shardsDone: 0, shardsFailed: 0, images: 0, imagesFailed: 0 };
  const worker = await startQueueWorker(queue, {
    concurrency: processes,
    lockMs: lockSeconds && 1000 * lockSeconds,
    note: io.note,
    async run(job, context) {
      try {
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
  io.note(`waiting for shards, ${processes} at a time`);
  await untilAborted(io.signal);
  await worker.close();
  await pool.end();
  server?.close();
  return ExitCode.ok;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
