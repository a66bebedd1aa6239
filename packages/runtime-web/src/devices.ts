import { type DeviceReport, UnsupportedError } from "@sam2js/core";
import type { EngineFacts, GpuFacts } from "@sam2js/runtime-ort";

/** The devices that `createWebRuntime` takes, beside `"auto"`. */
export const DEVICES = ["wasm", "webgpu"] as const;

/** `"wasm"` is in every browser; `"webgpu"` needs a graphics adapter with buffers of 64 MiB: `capabilities().devices` says what is missing. */
export type WebDevice = (typeof DEVICES)[number];

/**
 * The smallest buffer that a hiera-tiny needs at 1024 pixels: the scores of its global attention, one head of them. A device with less runs
 * no published checkpoint.
 */
const MIN_BUFFER_BYTES = 2 ** 26;

/** The outcome of looking for a graphics device. */
export interface DeviceChoice {
  readonly device: WebDevice;
  readonly gpu?: GpuFacts | undefined;
  /** Why WebGPU is not used. */
  readonly reason?: string | undefined;
}

/**
 * Decides where graphs run.
 *
 * @param facts  what a WebGPU engine said about this machine
 * @throws {UnsupportedError} WebGPU was asked for and is not there
 */
export function chooseDevice(wanted: WebDevice | "auto", { gpu, problem }: EngineFacts): DeviceChoice {
  const reason = problem ?? whyTooSmall(gpu);
  if (wanted === "webgpu") {
    if (reason === undefined) return { device: "webgpu", gpu };
    throw new UnsupportedError(`device webgpu does not work here: ${reason}. What works: wasm`, {
      device: wanted,
      available: ["wasm"],
    });
  }
  if (reason !== undefined) return { device: "wasm", gpu, reason };
  if (gpu?.isSoftware) {
    return {
      device: "wasm",
      gpu,
      reason: `its adapter computes on the processor (${gpu.description}), which WASM does faster`,
    };
  }
  return { device: "webgpu", gpu };
}

function whyTooSmall(gpu: GpuFacts | undefined): string | undefined {
  if (!gpu) return "the browser gives no graphics adapter";
  const limit = Math.min(gpu.maxBufferSize, gpu.maxStorageBufferBindingSize);
  if (limit >= MIN_BUFFER_BYTES) return undefined;
  return `its buffers hold ${limit} bytes, at least ${MIN_BUFFER_BYTES} are needed (${gpu.description})`;
}

/** What is known of each device. */
export function reportDevices(
  { device, gpu, reason }: DeviceChoice,
  threads: number,
): readonly DeviceReport[] {
  const limits =
    gpu && `${gpu.description}; buffers to ${Math.floor(gpu.maxStorageBufferBindingSize / 2 ** 20)} MiB`;
  return [
    { device: "wasm", available: true, detail: `${threads} ${threads === 1 ? "thread" : "threads"}` },
    {
      device: "webgpu",
      available: device === "webgpu",
      detail: device === "webgpu" ? limits : (reason ?? 'not tried; pass device: "webgpu" or "auto"'),
    },
  ];
}
