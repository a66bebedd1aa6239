import {
  checkOptions,
  describeValue,
  type HubSettings,
  InputError,
  type ModelStore,
  type Runtime,
} from "@sam2js/core";
import { requireCount, requireThreads } from "@sam2js/runtime-ort";
import { canShareMemory, defaultThreads } from "./default-threads.js";
import { DEVICES, type WebDevice } from "./devices.js";
import type { WebEngineSettings } from "./engine/protocol.js";
import { STORAGE_KINDS, type StorageKind } from "./store/open-shelf.js";
import { WebRuntime } from "./web-runtime.js";

/** How a browser runtime works; everything may be left out. */
export interface WebRuntimeOptions {
  /**
   * Where graphs run. `"auto"` (the default) is WebGPU where the browser has a true graphics adapter, else WASM; when WebGPU fails, it goes on with
   * WASM after one warning. `"webgpu"` and `"wasm"` are that and nothing else.
   */
  readonly device?: WebDevice | "auto" | undefined;
  /** Threads of the engine on WASM, 1 to 256. Default: the processor's cores, at most 8; always 1 in a page that is not cross-origin isolated. */
  readonly threads?: number | undefined;
  /** Folder with the engine's four files, copied from `dist/ort/` of this package. Default: that folder itself. */
  readonly wasmPaths?: string | URL | undefined;
  /** Whether engine and image decoding live in Web Workers, which keeps the page responsive. Default true. */
  readonly worker?: boolean | undefined;
  /** Where downloaded models are kept. Default: the first of `"opfs"`, `"cache"`, `"memory"` that the browser allows. A store of one's own is taken too. */
  readonly store?: StorageKind | ModelStore | undefined;
  /** Endpoint, token and offline mode of the Hub, for models given by id. Default: its public address, no token. */
  readonly hub?: HubSettings | undefined;
  /** How many prompts one decoder run takes, >= 1. Default 16 on WASM, 32 on WebGPU. */
  readonly promptsPerRun?: number | undefined;
  /** Which graphics adapter is wanted where there are two. Default: the browser's choice. */
  readonly powerPreference?: WebEngineSettings["powerPreference"];
  /** What ONNX Runtime writes to the console; its own default (warnings) when left out. */
  readonly logLevel?: WebEngineSettings["logLevel"];
  /** Is told what a user may want to know, once each: a slower device, models that are not kept. Default: `console.warn`. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

const OPTIONS = [
  "device",
  "threads",
  "wasmPaths",
  "worker",
  "store",
  "hub",
  "promptsPerRun",
  "powerPreference",
  "logLevel",
  "onWarning",
] as const;

/**
 * Makes the runtime of browsers. No worker is started and nothing fetched before its first use.
 *
 * @throws {InputError} an option is out of range
 */
export function createWebRuntime(options: WebRuntimeOptions = {}): Runtime {
  checkOptions(options, OPTIONS, "createWebRuntime");
  const {
    device = "auto",
    threads,
    wasmPaths,
    worker = true,
    store,
    promptsPerRun,
    powerPreference,
    logLevel,
  } = options;
  requireOneOf("device", device, ["auto", ...DEVICES]);
  requireThreads(threads);
  requireCount("promptsPerRun", promptsPerRun);
  if (powerPreference !== undefined) {
    requireOneOf("powerPreference", powerPreference, ["low-power", "high-performance"]);
  }
  if (logLevel !== undefined)
    requireOneOf("logLevel", logLevel, ["verbose", "info", "warning", "error", "fatal"]);
  if (store !== undefined && typeof store !== "object") requireOneOf("store", store, STORAGE_KINDS);
  const canShare = canShareMemory();
  return new WebRuntime({
    device,
    threads: canShare ? (threads ?? defaultThreads(navigator.hardwareConcurrency)) : 1,
    isThreadingRefused: !canShare && (threads ?? 1) > 1,
    wasmBase: wasmPaths === undefined ? undefined : toFolder(wasmPaths),
    worker,
    store,
    hub: options.hub ?? {},
    promptsPerRun,
    powerPreference,
    logLevel,
    onWarning: options.onWarning ?? ((message) => console.warn(`sam2js: ${message}`)),
  });
}

function toFolder(place: string | URL): string {
  const folder = `${place}`.endsWith("/") ? place : `${place}/`;
  if (URL.canParse(`${folder}`, globalThis.location?.href))
    return new URL(folder, globalThis.location?.href).href;
  throw new InputError(`wasmPaths: expected the address of a folder, got ${JSON.stringify(`${place}`)}`, {
    name: "wasmPaths",
    expected: "the address of a folder",
    got: `${place}`,
  });
}

function requireOneOf(name: string, value: unknown, wanted: readonly string[]): void {
  if (typeof value === "string" && wanted.includes(value)) return;
  throw new InputError(
    `${name}: expected ${wanted.join(", ")}, got ${describeValue(value)}; leave it out for the default`,
    { name, expected: wanted, got: value },
  );
}
