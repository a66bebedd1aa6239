import type { VideoModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import { product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { linear } from "../layers/linear.js";
import { add, cos, mul, sin } from "../ops/elementwise.js";
import { concat, gatherRows, reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { memoryGeometry } from "./memory-geometry.js";
import { memoryPlaces } from "./memory-places.js";

/** What a frame remembers, as attention takes it: K tokens of each frame. M = F·K + R·C/D tokens. */
export interface MemoryBank {
  /** Memories with their place and age, [F·K, D]. */
  readonly placed: Value;
  /** Pointers with their age, [R·C/D, D]. */
  readonly aged: Value;
  /** Memories, then pointers, bare: [1, M, D]. */
  readonly values: Value;
  /** F. */
  readonly frames: Axis;
}

/** Inputs of a run: F memories and R object pointers. */
export interface MemoryInputs {
  /** [F, K, D] */
  readonly memory: Value;
  /** int32 [F] */
  readonly slot: Value;
  /** [R, C] */
  readonly pointers: Value;
  /** [R] */
  readonly time: Value;
}

/** Lines memories and pointers up. A pointer is cut into C/D tokens of one age. */
export function memoryBank(
  { memory, slot, pointers, time }: MemoryInputs,
  w: Weights,
  config: VideoModelConfig,
): MemoryBank {
  const { channels, memoryChannels: size } = memoryGeometry(config);
  const [frames, tokens] = memory.dims as [Axis, number];
  const [count] = pointers.dims as [Axis];
  const ages = w.get("memory_temporal_positional_encoding", [config.numMaskmem, 1, 1, size]);
  const age = gatherRows(ages.view([config.numMaskmem, 1, size]).value, slot); // [F, 1, D]
  const placed = add(memory, add(memoryPlaces(w.graph, config), age));
  const pieces = channels / size;
  const cut = reshape(pointers, [count, pieces, size]);
  const flat = (x: Value) => reshape(x, [product([count, pieces]), size]);
  const rows = product([frames, tokens]);
  const values = concat([reshape(memory, [rows, size]), flat(cut)], 0, "M");
  const aged = config.enableTemporalPosEncodingForObjectPointers
    ? flat(add(cut, reshape(pointerAge(time, w, channels, size), [count, 1, size])))
    : flat(cut);
  const all = values.dims[0] as Axis;
  return { placed: reshape(placed, [rows, size]), aged, values: reshape(values, [1, all, size]), frames };
}

const TEMPERATURE = 10_000;

/**
 * The distance of pointers in time.
 *
 *   (sin t/T^(2⌊j/2⌋/F), cos of the same)·W + b,  j < F = C/2
 *
 * @param time  [R], in parts of the longest distance   @returns [R, D]
 */
function pointerAge(time: Value, w: Weights, channels: number, size: number): Value {
  const half = channels / 2;
  const frequencies = Array.from(
    { length: half },
    (_, j) => TEMPERATURE ** (-(2 * Math.floor(j / 2)) / half),
  );
  const angles = mul(reshape(time, [time.dims[0] as Axis, 1]), w.graph.float(frequencies, [1, half]));
  const waves = concat([sin(angles), cos(angles)], 1);
  return linear(waves, w.at("temporal_positional_encoding_projection_layer"), size);
}
