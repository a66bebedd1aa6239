import { checkOptions, checkText, describeValue, InputError, type Runtime } from "@sam2js/core";
import { type EngineSettings, requireCount, requireThreads } from "@sam2js/runtime-ort";
import { DEVICES, type NodeDevice } from "./devices.js";
import { NodeRuntime } from "./node-runtime.js";
import { DiskStore } from "./store/disk-store.js";

/** How a Node runtime works; everything may be left out. */
export interface NodeRuntimeOptions {
  /**
   * Where graphs run. `"auto"` (the default) is the CPU for now: no other device has shown itself both right and faster
   * on the machines that were measured.
   */
  readonly device?: NodeDevice | "auto" | undefined;
  /** Threads of the engine, 1 to 256. Default: the physical cores that this process may use, at most 16. */
  readonly threads?: number | undefined;
  /** The Hub's cache folder. Default: that of Python's huggingface_hub (`HF_HUB_CACHE`, `HF_HOME`, `~/.cache/huggingface/hub`). */
  readonly cacheDir?: string | undefined;
  /** Whether the engine lives in a worker thread, which keeps the event loop free. Default true. */
  readonly worker?: boolean | undefined;
  /** How many prompts one decoder run takes, >= 1. Default 8 on the CPU, 64 elsewhere. */
  readonly promptsPerRun?: number | undefined;
  /** What ONNX Runtime writes to stderr; when left out its own default (warnings), but nothing about weights that it does not repack. */
  readonly logLevel?: EngineSettings["logLevel"];
}

const LOG_LEVELS = ["verbose", "info", "warning", "error", "fatal"];

/**
 * Makes the runtime of Node. No file is opened and no thread started before its first use.
 *
 * @throws {InputError} an option is out of range
 */
export function createNodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  checkOptions(
    options,
    ["device", "threads", "cacheDir", "worker", "promptsPerRun", "logLevel"],
    "createNodeRuntime",
  );
  const { device = "auto", threads, cacheDir, worker = true, promptsPerRun, logLevel } = options;
  if (device !== "auto" && !DEVICES.includes(device)) {
    throw new InputError(
      `device: expected auto, ${DEVICES.join(", ")}, got ${describeValue(device)}; leave it out for the CPU`,
      { name: "device", expected: ["auto", ...DEVICES], got: device },
    );
  }
  if (cacheDir !== undefined) checkText(cacheDir, "cacheDir", "the path of a folder");
  requireThreads(threads);
  requireCount("promptsPerRun", promptsPerRun);
  if (logLevel !== undefined && !LOG_LEVELS.includes(logLevel)) {
    throw new InputError(
      `logLevel: expected ${LOG_LEVELS.join(", ")}, got ${describeValue(logLevel)}; leave it out for the engine's own`,
      { name: "logLevel", expected: LOG_LEVELS, got: logLevel },
    );
  }
  return new NodeRuntime(
    { device: device === "auto" ? "cpu" : device, threads, worker, promptsPerRun, logLevel },
    new DiskStore({ cacheDir }),
  );
}
