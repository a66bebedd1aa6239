import { CheckpointError, UnsupportedError } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import type { SafetensorsDtype } from "./dtype.js";

/** Entry of `__metadata__` that says how the tensors of a file are quantized. */
export const QUANTIZATION_KEY = "quantization";

/** The form that is known: int8 with one scale for each index of the first axis. */
export const INT8_PER_CHANNEL = "int8-per-channel";

/** What the name of a tensor is followed by in the name of its scales. */
export const SCALE_SUFFIX = ".int8_scale";

const SCALE_DTYPES: readonly SafetensorsDtype[] = ["F32", "F16"];

/**
 * Puts the scales of a quantized checkpoint beside the tensors that they belong to. In a file whose `__metadata__` has
 * `"quantization": "int8-per-channel"`
 *
 *   weight[c, …] = scale[c] · int8[c, …]
 *
 * for every tensor `name` of type I8 and `name.int8_scale`, F32 or F16 of shape [dims[0]]. All other tensors are as ever.
 * Files without that entry are left as they are.
 *
 * @param checkpoint  what messages call the model
 * @returns the tensors without the scales, which are in the records of what they scale
 * @throws {CheckpointError} scales without an I8 tensor, an I8 tensor without scales, or scales of another type or shape
 * @throws {UnsupportedError} another form of quantization
 */
export function pairScales(
  checkpoint: string,
  tensors: ReadonlyMap<string, TensorRecord>,
  metadata: ReadonlyMap<string, string>,
): ReadonlyMap<string, TensorRecord> {
  const form = metadata.get(QUANTIZATION_KEY);
  if (form === undefined) return tensors;
  if (form !== INT8_PER_CHANNEL) {
    throw new UnsupportedError(
      `${checkpoint}: expected quantization ${JSON.stringify(INT8_PER_CHANNEL)}, got ${JSON.stringify(form.slice(0, 200))}; save the model as float32 or in that form`,
      { name: checkpoint, expected: INT8_PER_CHANNEL, got: form.slice(0, 200) },
    );
  }
  const paired = new Map<string, TensorRecord>();
  for (const [name, record] of tensors) {
    if (name.endsWith(SCALE_SUFFIX)) {
      if (tensors.get(name.slice(0, -SCALE_SUFFIX.length))?.dtype === "I8") continue;
      return refuse(checkpoint, name, "an I8 tensor of that name without the ending", "none");
    }
    paired.set(name, record.dtype === "I8" ? withScale(checkpoint, name, record, tensors) : record);
  }
  return paired;
}

function withScale(
  checkpoint: string,
  name: string,
  record: TensorRecord,
  tensors: ReadonlyMap<string, TensorRecord>,
): TensorRecord {
  const scale = tensors.get(name + SCALE_SUFFIX);
  const [channels] = record.dims;
  if (channels === undefined) return refuse(checkpoint, name, "an I8 tensor with axes", "a number");
  if (!scale) return refuse(checkpoint, name, `${SCALE_SUFFIX.slice(1)} beside an I8 tensor`, "none");
  if (!SCALE_DTYPES.includes(scale.dtype) || scale.dims.length !== 1 || scale.dims[0] !== channels) {
    return refuse(
      checkpoint,
      scale.name,
      `${SCALE_DTYPES.join(" or ")} [${channels}]`,
      `${scale.dtype} [${scale.dims.join(", ")}]`,
    );
  }
  return { ...record, scale };
}

function refuse(checkpoint: string, tensor: string, expected: string, got: string): never {
  throw new CheckpointError(
    `${checkpoint}: tensor ${JSON.stringify(tensor.slice(0, 200))}: expected ${expected}, got ${got}; the file was written wrongly, quantize the model again`,
    { name: checkpoint, tensor, expected, got },
  );
}
