import {
  EngineError,
  type SessionDescription,
  type SessionOutputs,
  Tensor,
  type TensorLike,
  toFloat16,
  toFloat32,
  type ValueInfo,
} from "@sam2js/core";

/** Numbers as the input of a ready-made graph takes them. */
export function inputTensor({ type }: ValueInfo, values: ArrayLike<number>, dims: readonly number[]): Tensor {
  if (type === "int32") return new Tensor(type, Int32Array.from(values), dims);
  if (type === "uint8") return new Tensor(type, Uint8Array.from(values), dims);
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  return type === "float16" ? new Tensor(type, toFloat16(floats), dims) : new Tensor("float32", floats, dims);
}

/** The outputs of a run of a ready-made graph as float32, in the order of its description. */
export function outputTensors(
  { name, outputs }: SessionDescription,
  found: SessionOutputs,
): TensorLike<"float32">[] {
  return outputs.map((output) => {
    const floats = toFloat32(found[output.name], output.name);
    if (floats) return floats;
    throw EngineError.expected(`${name}.${output.name}`, "floats", output.type, "export the model again");
  });
}
