import { Tensor } from "@sam2js/core";
import type { MemoryGeometry } from "@sam2js/graph";
import { unpackBfloat16 } from "../state/bfloat16.js";
import type { MemoryRecall } from "../state/memory-bank.js";

/** Lays memories and pointers out as the memory attention takes them. Its float32 are reused from call to call. */
export class MemoryInputs {
  readonly #geometry: MemoryGeometry;
  #scratch = new Float32Array(0);

  constructor(geometry: MemoryGeometry) {
    this.#geometry = geometry;
  }

  /** Inputs that are valid until the next call. */
  of({ memories, rows, pointers, times }: MemoryRecall) {
    const { memoryTokens, memoryChannels, channels } = this.#geometry;
    const size = memoryTokens * memoryChannels;
    const length = memories.length * size;
    if (this.#scratch.length < length) this.#scratch = new Float32Array(length);
    for (const [index, memory] of memories.entries()) {
      if (memory instanceof Float32Array) this.#scratch.set(memory, index * size);
      else unpackBfloat16(memory, this.#scratch, index * size);
    }
    const flat = new Float32Array(pointers.length * channels);
    for (const [index, pointer] of pointers.entries()) flat.set(pointer, index * channels);
    const packed = this.#scratch.subarray(0, length);
    return {
      memory: new Tensor("float32", packed, [memories.length, memoryTokens, memoryChannels]),
      memory_slot: new Tensor("int32", rows, [rows.length]),
      pointers: new Tensor("float32", flat, [pointers.length, channels]),
      pointer_time: new Tensor("float32", times, [times.length]),
    };
  }
}
