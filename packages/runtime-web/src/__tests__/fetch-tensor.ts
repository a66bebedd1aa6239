import type { TensorLike } from "@sam2js/core";
import type { ServedTensor } from "./parity-case.js";

/** Fetches a tensor that the test site serves. */
export async function fetchTensor({ type, dims, path }: ServedTensor): Promise<TensorLike> {
  const bytes = await (await fetch(path)).arrayBuffer();
  const arrays = { float32: Float32Array, float16: Uint16Array, int32: Int32Array, uint8: Uint8Array };
  return { type, dims, data: new arrays[type](bytes) };
}
