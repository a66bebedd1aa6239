import type { EntryEvent, ShardReport } from "@sam2js/batch";
import type { ProcessOptions } from "./shard-messages.js";
import { ShardRunner } from "./shard-runner.js";

/** How shards are run on this machine. */
export interface RunShardsOptions extends ProcessOptions {
  readonly processes: number;
  /** Do everything anew. */
  readonly isFresh: boolean;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly onEntry: (event: EntryEvent) => void;
}

/**
 * Runs shards on this machine, as many at a time as there are processes. The first failure that is no fault of a picture ends all.
 *
 * @throws the first such failure, or the signal's reason
 */
export async function runShards(
  shards: readonly number[],
  { processes, isFresh, signal, note, onEntry, ...options }: RunShardsOptions,
): Promise<ShardReport[]> {
  const open = [...shards];
  const reports: ShardReport[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const seen = new Set<string>();
  const noteOnce = (text: string) => {
    if (!seen.has(text)) note(text);
    seen.add(text);
  };
  const lane = async () => {
    const runner = new ShardRunner(options, noteOnce);
    try {
      for (let shard = open.shift(); shard !== undefined; shard = open.shift())
        reports.push(await runner.run(shard, { isFresh, signal: either, onEntry }));
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await runner.end();
    }
  };
  const lanes = Array.from({ length: Math.min(processes, shards.length) }, lane);
  const ends = await Promise.allSettled(lanes);
  signal.throwIfAborted();
  stop.signal.throwIfAborted();
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return reports.sort((a, b) => a.shard - b.shard);
}
