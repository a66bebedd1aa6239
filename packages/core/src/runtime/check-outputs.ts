import { EngineError } from "../errors/errors.js";
import { isDeviceTensor } from "../tensor/device-tensor.js";
import type { SessionOutputs, ValueInfo } from "./session.js";

/**
 * Checks that a run made every output, of the type that its session says and where it was wanted. For runtimes, so that a missing output is
 * an error and never an empty mask.
 *
 * @param session  the session's name, for messages
 * @param keepOnDevice  the outputs that stay on the device
 * @throws {EngineError} one is missing, of another type, or in another place
 */
export function checkOutputs(
  session: string,
  infos: readonly ValueInfo[],
  outputs: SessionOutputs,
  keepOnDevice: readonly string[] = [],
): void {
  for (const { name, type } of infos) {
    const place = keepOnDevice.includes(name) ? "on the device" : "on the host";
    const value = outputs[name];
    const found = value && `${value.type} ${isDeviceTensor(value) ? "on the device" : "on the host"}`;
    if (found === `${type} ${place}`) continue;
    throw new EngineError(
      `${session}: expected output ${name}, ${type} ${place}, got ${found ?? "none"}; this is a mistake of the engine`,
      { name, session, expected: `${type} ${place}`, got: found },
    );
  }
}
