import { CheckpointError, throwIfAborted, toFloat16, type WorkOptions } from "@sam2js/core";
import { CONVERT_CHUNK_BYTES } from "../limits.js";
import { DTYPE_BITS } from "../safetensors/dtype.js";
import type { Conversion, WeightPlan } from "./plan-weights.js";
import { readScales, scaleRows } from "./scale-rows.js";
import { widen } from "./widen.js";

/**
 * Reads the tensors that cannot stay in their files, piece by piece, in the types that are wanted.
 *
 * @returns the bytes of the file of converted tensors, little-endian
 * @throws {CheckpointError} there is not enough memory for them
 */
export async function convertWeights(
  checkpoint: string,
  plan: WeightPlan,
  { signal, onProgress }: WorkOptions,
): Promise<Uint8Array> {
  const bytes = allocate(checkpoint, plan.convertedBytes);
  const total = plan.conversions.length;
  for (const [done, conversion] of plan.conversions.entries()) {
    onProgress?.({ phase: "load", name: conversion.record.name, done, total, unit: "items" });
    const { type, byteOffset, elements } = conversion;
    const isWide = type === "float32";
    const values = isWide ? new Float32Array(bytes.buffer, byteOffset, elements) : new Float32Array(elements);
    await convert(conversion, values, signal);
    if (!isWide) toFloat16(values, new Uint16Array(bytes.buffer, byteOffset, elements));
  }
  if (total > 0) onProgress?.({ phase: "load", name: checkpoint, done: total, total, unit: "items" });
  return bytes;
}

/**
 * Reads one tensor as float32 into `out`, a quantized one times its scales.
 *
 * @throws {CheckpointError} a scale is no number > 0
 */
export async function convert(
  { record, elements }: Pick<Conversion, "record" | "elements">,
  out: Float32Array,
  signal?: AbortSignal,
): Promise<void> {
  const { file, dtype, byteOffset } = record;
  const size = DTYPE_BITS[dtype] / 8;
  const scales = record.scale && (await readScales(record.scale, signal));
  const step = Math.floor(CONVERT_CHUNK_BYTES / size);
  for (let begin = 0; begin < elements; begin += step) {
    throwIfAborted(signal);
    const count = Math.min(step, elements - begin);
    const piece = await file.read(byteOffset + begin * size, byteOffset + (begin + count) * size, signal);
    const part = out.subarray(begin, begin + count);
    widen(dtype, piece, count, part);
    if (scales) scaleRows(part, begin, elements / scales.length, scales);
  }
}

function allocate(checkpoint: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(sizeBytes);
  } catch (cause) {
    throw new CheckpointError(
      `${checkpoint}: expected ${sizeBytes} bytes of memory for converted weights, got none; ` +
        "save the checkpoint as float32, which is used in place, or use a smaller model",
      { cause, name: checkpoint, expected: sizeBytes, got: "none" },
      "OUT_OF_MEMORY",
    );
  }
}
