import { availableParallelism } from "node:os";
import type { ModelCommandOptions } from "../model/with-model.js";
import type { WorkerOptions } from "./batch-settings.js";

/** How this machine computes: so many processes with so many threads each. */
export function machineOptions({
  processes,
  threads,
  device,
  offline,
}: Pick<ModelCommandOptions, "device" | "offline" | "threads"> & {
  readonly processes?: number | undefined;
}): {
  processes: number;
  worker: WorkerOptions;
} {
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
