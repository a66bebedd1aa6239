import type { Runtime } from "@sam2js/core";
import { createWebRuntime } from "@sam2js/runtime-web";
import type { DevicePreference } from "../../protocol/engine.js";

/** With more of them the runtime takes half. */
const MOST_CORES = 4;

interface RuntimeOptions {
  /** The engine leaves one core to the page, whose thread else waits for one: a small model loses little by that. */
  readonly leavesCore?: boolean;
}

/** The browser's runtime. It works in workers of its own, so that this one answers while the engine runs. */
export function createRuntime(
  device: DevicePreference,
  { leavesCore = false }: RuntimeOptions = {},
): Runtime {
  return createWebRuntime({
    device,
    ...(leavesCore && { threads: threadsBesidesPage() }),
    logLevel: "error",
    onWarning: (message) => console.info(`sam2js: ${message}`),
  });
}

/** Undefined where the runtime's own choice leaves a core, or there are no threads. */
function threadsBesidesPage(cores = navigator.hardwareConcurrency): number | undefined {
  return crossOriginIsolated && cores <= MOST_CORES ? Math.max(1, cores - 1) : undefined;
}
