import { InputError } from "@sam2js/core";

/** One machine's part of a batch: every n-th shard. */
export interface FleetSlice {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Which part of a batch this machine does: what `--shard i/n` says, else what Kubernetes (an Indexed Job) or Slurm (an array) says by the environment.
 * Kubernetes does not tell how many there are: `JOB_COMPLETION_COUNT`, set in the manifest, or `--shards`. Undefined where nobody says anything: all.
 *
 * @throws {InputError} it cannot be
 */
export function fleetSlice(
  shard: string | undefined,
  shards: number | undefined,
  env: Environment,
): FleetSlice | undefined {
  if (shard !== undefined) return parseSlice(shard);
  const { JOB_COMPLETION_INDEX: job, SLURM_ARRAY_TASK_ID: task } = env;
  if (job !== undefined) {
    const count = env.JOB_COMPLETION_COUNT ?? shards;
    return sliceOf("JOB_COMPLETION_INDEX", job, "JOB_COMPLETION_COUNT, or --shards,", count, 0);
  }
  if (task === undefined) return undefined;
  const least = Number(env.SLURM_ARRAY_TASK_MIN ?? 0);
  return sliceOf("SLURM_ARRAY_TASK_ID", task, "SLURM_ARRAY_TASK_COUNT", env.SLURM_ARRAY_TASK_COUNT, least);
}

/** The shards of a slice. */
export function shardsOf(slice: FleetSlice | undefined, total: number): number[] {
  const { index, count } = slice ?? { index: 0, count: 1 };
  return Array.from({ length: total }, (_, shard) => shard).filter((shard) => shard % count === index);
}

function parseSlice(text: string): FleetSlice {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  return sliceOf("--shard", index ?? text, "--shard", count, 0);
}

function sliceOf(
  name: string,
  index: string,
  countName: string,
  count: string | number | undefined,
  least: number,
): FleetSlice {
  const slice = { index: Number(index) - least, count: Number(count) };
  const isWhole = Number.isSafeInteger(slice.index) && Number.isSafeInteger(slice.count);
  if (index.trim() !== "" && isWhole && slice.index >= 0 && slice.index < slice.count) return slice;
  const expected = `a number from ${least} on, and ${countName} to be how many there are`;
  throw InputError.expected(name, expected, `${index} of ${count ?? "nothing"}`, "for example --shard 0/8");
}
