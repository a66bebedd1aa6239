import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { messageOf } from "@sam2js/core";
import { createNodeRuntime, type NodeDevice } from "@sam2js/runtime-node";
import type { ConsoleIo } from "../io/console-io.js";
import { type ModelTimes, measureModel } from "../model/measure-model.js";
import { DEFAULT_MODEL } from "../model/resolve-model.js";

/** What a device did when it was asked to segment something. */
export type DeviceProbe =
  | { readonly device: string; readonly works: true; readonly times: ModelTimes }
  | { readonly device: string; readonly works: false; readonly reason: string };

/** A driver that hangs must not hang the doctor. */
const TIMEOUT_MS = 60_000;

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));

/** Runs the embedded model on a device, in this process. Whatever a driver does to it, only this process dies. */
export async function probeHere(device: NodeDevice, io: ConsoleIo): Promise<DeviceProbe> {
  const runtime = createNodeRuntime({ device });
  try {
    const { devices } = await runtime.capabilities();
    const report = devices.find((each) => each.device === device);
    if (!report?.available) return { device, works: false, reason: report?.detail ?? "unknown" };
    return { device, works: true, times: await measureModel({ model: DEFAULT_MODEL, device }, io) };
  } catch (error) {
    return { device, works: false, reason: messageOf(error) };
  } finally {
    await runtime.dispose().catch(() => undefined);
  }
}

/** Runs {@link probeHere} in a process of its own. Never rejects, but for an abort. */
export async function probeDevice(device: NodeDevice, io: ConsoleIo): Promise<DeviceProbe> {
  const answer = await new Promise<DeviceProbe>((resolve) => {
    const options = { timeout: TIMEOUT_MS, killSignal: "SIGKILL", signal: io.signal } as const;
    execFile(process.execPath, [MAIN, "doctor", "--probe", device], options, (error, stdout) => {
      const probe = parseProbe(stdout);
      if (probe) resolve(probe);
      else resolve({ device, works: false, reason: `the process that tried it ended: ${endOf(error)}` });
    });
  });
  io.signal.throwIfAborted();
  return answer;
}

function parseProbe(stdout: string): DeviceProbe | undefined {
  try {
    const json: DeviceProbe = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    return typeof json.works === "boolean" ? json : undefined;
  } catch {
    return undefined;
  }
}

function endOf(error: { readonly signal?: NodeJS.Signals | null; readonly message: string } | null): string {
  if (!error) return "it said nothing";
  return error.signal ? `signal ${error.signal}` : (error.message.split("\n")[0] ?? "");
}
