import { type DeviceReport, UnsupportedError } from "@sam2js/core";
import type { EngineFacts } from "@sam2js/runtime-ort";

/** The devices that `createNodeRuntime` takes, beside `"auto"`. */
export const DEVICES = ["cpu", "webgpu", "cuda", "coreml", "dml"] as const;

/** `"cpu"` is everywhere; `"webgpu"`, `"cuda"`, `"coreml"` and `"dml"` depend on platform and machine: `capabilities().devices` says on what. */
export type NodeDevice = (typeof DEVICES)[number];

const WHERE: Readonly<Record<NodeDevice, string>> = {
  cpu: "every platform",
  webgpu: "Linux x64 (Vulkan driver), Windows (Direct3D 12) and macOS on Apple silicon (Metal)",
  cuda: "Linux x64 with an NVIDIA GPU, CUDA and cuDNN; onnxruntime-node's install script fetches the engine's part: run `npm rebuild onnxruntime-node` with install scripts allowed",
  coreml: "macOS on Apple silicon",
  dml: "Windows",
};

/** What is known of each device without using it; the wanted one has been tried. */
export function reportDevices(wanted: NodeDevice, facts: EngineFacts): readonly DeviceReport[] {
  return DEVICES.map((device): DeviceReport => {
    const provider = facts.providers?.find(({ name }) => name === device);
    if (device === "cpu") return { device, available: true };
    if (!provider) {
      return {
        device,
        available: false,
        detail: `not in onnxruntime-node for ${process.platform} ${process.arch}; it is for ${WHERE[device]}`,
      };
    }
    if (device !== wanted) {
      return { device, available: false, detail: `not tried; it is for ${WHERE[device]}` };
    }
    return facts.problem === undefined
      ? { device, available: true }
      : { device, available: false, detail: `${facts.problem}; it is for ${WHERE[device]}` };
  });
}

/** @throws {UnsupportedError} the wanted device does not work on this machine */
export function requireDevice(wanted: NodeDevice, reports: readonly DeviceReport[]): void {
  const report = reports.find(({ device }) => device === wanted);
  if (report?.available) return;
  const there = reports.filter(({ available }) => available).map(({ device }) => device);
  throw new UnsupportedError(
    `device ${wanted} does not work here: ${report?.detail ?? "unknown device"}. What works: ${there.join(", ")}`,
    { device: wanted, available: there },
  );
}
