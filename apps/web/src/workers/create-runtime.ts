import type { Runtime } from "@sam2js/core";
import { createWebRuntime } from "@sam2js/runtime-web";
import type { DevicePreference } from "../services/engine.js";

/** The browser's runtime. It works in workers of its own, so that this one answers while the engine runs. */
export function createRuntime(device: DevicePreference): Runtime {
  return createWebRuntime({
    device,
    logLevel: "error",
    onWarning: (message) => console.info(`sam2js: ${message}`),
  });
}
