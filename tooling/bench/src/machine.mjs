import os from "node:os";

/** What the figures were measured on. */
export function machine(threads) {
  const [cpu] = os.cpus();
  const busy = os.loadavg().map((load) => load.toFixed(1));
  return {
    cpu: cpu?.model.trim() ?? "unknown",
    logicalCores: os.availableParallelism(),
    threads,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.version,
    loadAverage: busy,
    date: new Date().toISOString().slice(0, 16),
  };
}

/** One line for people. */
export function describeMachine({ cpu, logicalCores, threads, memoryGiB, platform, node, loadAverage }) {
  return `${cpu}, ${logicalCores} logical cores (${threads} threads used), ${memoryGiB} GiB, ${platform}, Node ${node}; load average at the end ${loadAverage.join(" ")}`;
}
