import { readFileSync } from "node:fs";
import os from "node:os";

/** More threads than this cost more in waiting for each other than they bring for one image. */
const MAX_THREADS = 16;

/**
 * As many threads as there are physical cores for this process, as far as Node can tell: two threads of one core share
 * its arithmetic units, which the engine's matrix products keep busy already.
 */
export function defaultThreads(): number {
  const cpus = os.availableParallelism();
  const cores = hasTwoThreadsPerCore() ? Math.ceil(cpus / 2) : cpus;
  return Math.max(1, Math.min(cores, MAX_THREADS));
}

function hasTwoThreadsPerCore(): boolean {
  if (process.arch === "arm64") return false;
  if (process.platform !== "linux") return os.availableParallelism() > 2;
  try {
    return readFileSync("/sys/devices/system/cpu/smt/active", "utf8").trim() === "1";
  } catch {
    return false;
  }
}
