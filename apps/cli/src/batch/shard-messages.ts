import type { EntryError, EntryEvent, ShardReport } from "@sam2js/batch";
import type { WorkerOptions } from "./batch-settings.js";

/** What a process that works on shards is started with, as JSON on its command line. */
export interface ProcessOptions {
  /** Where the batch lies. */
  readonly out: string;
  readonly worker: WorkerOptions;
  /** The digest of the plan that is meant; any without it. */
  readonly plan?: string | undefined;
}

/** To the process. */
export type ShardOrder =
  | {
      readonly kind: "run";
      readonly shard: number;
      readonly isFresh: boolean;
      readonly isCareful: boolean;
      /** At most so many entries a second are begun. */
      readonly rate?: number | undefined;
      readonly givenUp: readonly (readonly [number, EntryError])[];
    }
  | { readonly kind: "abort" }
  | { readonly kind: "end" };

/** From the process. */
export type ShardNews =
  | { readonly kind: "entry"; readonly event: EntryEvent }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "report"; readonly report: ShardReport }
  | { readonly kind: "failed"; readonly error: EntryError };
