import { CheckpointError, elementCount } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { DTYPE_BITS } from "../safetensors/dtype.js";
import { widen } from "./widen.js";

/**
 * Reads the scales of a quantized tensor.
 *
 * @returns float32 [dims[0]], each a number > 0
 * @throws {CheckpointError} a scale that is 0, negative, infinite or no number
 */
export async function readScales(scale: TensorRecord, signal?: AbortSignal): Promise<Float32Array> {
  const { file, dtype, byteOffset, name } = scale;
  const count = elementCount(scale.dims);
  const bytes = await file.read(byteOffset, byteOffset + (count * DTYPE_BITS[dtype]) / 8, signal);
  const values = new Float32Array(count);
  widen(dtype, bytes, count, values);
  const wrong = values.findIndex((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
  if (wrong < 0) return values;
  throw new CheckpointError(
    `tensor ${JSON.stringify(name.slice(0, 200))}: expected scales > 0, got ${values[wrong]} at ${wrong}; the file is damaged or was written wrongly, get it again`,
    { name, index: wrong, expected: "scales > 0", got: values[wrong] },
  );
}

/**
 * Multiplies a part of a tensor by the scales of its first axis, in place.
 *
 * @param values  elements `begin`, `begin + 1`, … of the tensor
 * @param row     elements for each index of the first axis
 */
export function scaleRows(values: Float32Array, begin: number, row: number, scales: Float32Array): void {
  for (let i = 0; i < values.length; ) {
    const channel = Math.floor((begin + i) / row);
    const end = Math.min(values.length, (channel + 1) * row - begin);
    const scale = scales[channel] as number;
    for (; i < end; i++) values[i] = (values[i] as number) * scale;
  }
}
