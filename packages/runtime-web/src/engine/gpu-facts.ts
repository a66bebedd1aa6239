import { messageOf } from "@sam2js/core";
import type { GpuFacts } from "@sam2js/runtime-ort";

/**
 * What WebGPU offers here. No device is made for it.
 *
 * @returns the facts, or why there is none
 */
export async function gpuFacts(powerPreference?: GPUPowerPreference): Promise<GpuFacts | string> {
  const gpu = (globalThis.navigator as Partial<NavigatorGPU> | undefined)?.gpu;
  if (!gpu) {
    return globalThis.isSecureContext
      ? "this browser has no WebGPU"
      : "WebGPU needs a page from https: or localhost";
  }
  try {
    const adapter = await gpu.requestAdapter(powerPreference ? { powerPreference } : {});
    if (!adapter) return "the browser has no usable graphics adapter (it may be switched off or blocked)";
    const { vendor, architecture, description } = adapter.info;
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const name = [vendor, description || architecture].filter(Boolean).join(" ");
    return {
      description: name || "an adapter that gives no name",
      isSoftware: isSoftware(adapter, name),
      hasFp16: adapter.features.has("shader-f16"),
      maxBufferSize,
      maxStorageBufferBindingSize,
    };
  } catch (error) {
    return `asking for a graphics adapter failed (${messageOf(error)})`;
  }
}

function isSoftware(adapter: GPUAdapter, name: string): boolean {
  const { isFallbackAdapter } = adapter.info as { isFallbackAdapter?: boolean };
  return isFallbackAdapter === true || /swiftshader|llvmpipe|software|basic render/i.test(name);
}
