import type { EntryEvent, ShardReport } from "@sam2js/batch";
import { EngineError } from "@sam2js/core";
import type { ProcessOptions } from "./shard-messages.js";
import { ShardRunner } from "./shard-runner.js";

/** How shards are run on this machine. */
export interface RunShardsOptions extends ProcessOptions {
  readonly processes: number;
  /** At most so many entries a second, of all processes together. */
  readonly rate?: number | undefined;
  /** Do everything anew. */
  readonly isFresh: boolean;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly onEntry: (event: EntryEvent) => void;
}

/** A shard whose processes died without a picture to blame. */
export interface BrokenShard {
  readonly shard: number;
  readonly message: string;
}

/** Where no shard works, so many are tried. */
const TRIED = 3;

/**
 * Runs shards on this machine, as many at a time as there are processes. A shard at which the processes die is left, and the others are done. Any other
 * failure that is no fault of a picture ends all: a full disk, a model that is not there.
 *
 * @throws the first such failure, or the signal's reason
 */
export async function runShards(
  shards: readonly number[],
  { processes, rate, isFresh, signal, note, onEntry, ...options }: RunShardsOptions,
): Promise<{ reports: ShardReport[]; broken: BrokenShard[] }> {
  const open = [...shards];
  const reports: ShardReport[] = [];
  const broken: BrokenShard[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const seen = new Set<string>();
  const noteOnce = (text: string) => {
    if (!seen.has(text)) note(text);
    seen.add(text);
  };
  const lanes = Math.min(processes, shards.length);
  const lane = async () => {
    const runner = new ShardRunner(options, noteOnce);
    try {
      for (let shard = open.shift(); shard !== undefined; shard = open.shift())
        await runner.run(shard, { isFresh, rate: rate && rate / lanes, signal: either, onEntry }).then(
          (report) => reports.push(report),
          (error) => {
            if (!EngineError.isInstance(error) || (reports.length === 0 && broken.length + 1 >= TRIED))
              throw error;
            broken.push({ shard: shard as number, message: error.message });
          },
        );
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await runner.end();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  signal.throwIfAborted();
  stop.signal.throwIfAborted();
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return { reports, broken };
}
