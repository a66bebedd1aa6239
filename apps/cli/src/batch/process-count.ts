import { availableParallelism } from "node:os";
import type { ModelCommandOptions } from "../model/with-model.js";
import type { WorkerOptions } from "./batch-settings.js";

/** What a user may say of how a machine computes. */
export type MachineOptions = Pick<ModelCommandOptions, "device" | "offline" | "threads"> & {
  readonly processes?: number | undefined;
};

/** How this machine computes: so many processes with so many threads each. */
export interface MachineChoice {
  readonly processes: number;
  readonly worker: WorkerOptions;
}

/** What was said, and else one process for four processors. */
export function machineOptions({ processes, threads, device, offline }: MachineOptions): MachineChoice {
  const usable = availableParallelism();
  const count = processes ?? Math.max(1, Math.floor(usable / 4));
  const each = threads ?? (count > 1 ? Math.max(1, Math.floor(usable / count)) : undefined);
  return {
    processes: count,
    worker: {
      ...(device && { device }),
      ...(offline && { offline }),
      ...(each !== undefined && { threads: each }),
    },
  };
}
