import { type Runtime, UnsupportedError } from "@sam2js/core";
import type { DevicePreference } from "../services/engine.js";

export async function createRuntime(device: DevicePreference): Promise<Runtime> {
  throw new UnsupportedError(`runtime: ${device} is not there yet`);
}
