import { EngineError } from "../errors/errors.js";
import { isDeviceTensor } from "../tensor/device-tensor.js";
import type { SessionOutputs } from "./session.js";

/**
 * The values of a float32 output that a run has brought to the host.
 *
 * @throws {EngineError} the run made no such output, kept it on the device, or made it of another type
 */
export function hostFloats(outputs: SessionOutputs, name: string): Float32Array {
  const tensor = outputs[name];
  if (tensor && !isDeviceTensor(tensor) && tensor.type === "float32") return tensor.data as Float32Array;
  const got = !tensor ? "none" : isDeviceTensor(tensor) ? "one on the device" : `a ${tensor.type} tensor`;
  throw new EngineError(`${name}: expected a float32 output on the host, got ${got}`, {
    name,
    expected: "float32 on the host",
    got,
  });
}
