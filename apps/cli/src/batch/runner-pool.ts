import type { ShardReport } from "@sam2js/batch";
import type { ShardContext, ShardJob } from "@sam2js/batch/queue";
import type { WorkerOptions } from "./batch-settings.js";
import { ShardRunner } from "./shard-runner.js";

interface Idle {
  readonly runner: ShardRunner;
  readonly batch: string;
}

/** Processes for the shards of a queue. One that has a batch's model loaded is kept for the next shard of that batch. */
export class RunnerPool {
  readonly #worker: WorkerOptions;
  readonly #note: (text: string) => void;
  readonly #idle: Idle[] = [];

  constructor(worker: WorkerOptions, note: (text: string) => void) {
    this.#worker = worker;
    this.#note = note;
  }

  /** Does a shard. @param ownRate  at most so many entries a second, beside the rate of the job  @throws as `ShardRunner.run` */
  async run(
    { out, plan, shard, rate }: ShardJob,
    { signal, onProgress }: ShardContext,
    ownRate = Number.POSITIVE_INFINITY,
  ): Promise<ShardReport> {
    const batch = `${plan} ${out}`;
    const runner = await this.#take(batch, { out, plan, worker: this.#worker });
    let done = 0;
    const report = await runner
      .run(shard, {
        rate: finite(Math.min(rate ?? ownRate, ownRate)),
        signal,
        onEntry: ({ state }) => {
          if (state !== "begun") onProgress(++done);
        },
      })
      .finally(() => this.#idle.push({ runner, batch }));
    return report;
  }

  /** Ends all processes. */
  async end(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(({ runner }) => runner.end()));
  }

  /** One of this batch; where there is none, an idle one of another makes room. */
  async #take(batch: string, options: ConstructorParameters<typeof ShardRunner>[0]): Promise<ShardRunner> {
    const at = this.#idle.findIndex((each) => each.batch === batch);
    const [found] = at >= 0 ? this.#idle.splice(at, 1) : [];
    if (found) return found.runner;
    await this.#idle.shift()?.runner.end();
    return new ShardRunner(options, this.#note);
  }
}

function finite(rate: number): number | undefined {
  return Number.isFinite(rate) ? rate : undefined;
}
