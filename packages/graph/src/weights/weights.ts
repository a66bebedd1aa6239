import { CheckpointError, type WeightEntry, type WeightSpec, type WeightTable } from "@sam2js/core";
import { formatDims } from "../builder/axis.js";
import type { GraphBuilder } from "../builder/graph-builder.js";
import { Weight } from "./weight.js";

/** Where a {@link Weights} view finds tensors. */
export interface TensorSource {
  has(name: string): boolean;
  /** @throws {CheckpointError} there is no such tensor, or it has another shape */
  entry(name: string, dims: readonly number[], optional: boolean): WeightEntry;
}

/** The weights of one module, by the checkpoint's own names: `w.at("attn").get("proj.weight", [96, 96])`. */
export class Weights {
  readonly graph: GraphBuilder;
  readonly #source: TensorSource;
  readonly #prefix: string;

  constructor(graph: GraphBuilder, source: TensorSource, prefix = "") {
    this.graph = graph;
    this.#source = source;
    this.#prefix = prefix;
  }

  /** The weights of a part: `w.at("blocks.0")`. */
  at(name: string): Weights {
    return new Weights(this.graph, this.#source, `${this.#prefix}${name}.`);
  }

  /** Whether the checkpoint has a tensor that may be missing. */
  has(name: string): boolean {
    return this.#source.has(this.#prefix + name);
  }

  /**
   * A tensor of the shape that the config implies.
   * @throws {CheckpointError} it is missing or has another shape; the message names it
   */
  get(name: string, dims: readonly number[], { optional = false } = {}): Weight {
    return new Weight(this.graph, this.#source.entry(this.#prefix + name, dims, optional));
  }
}

/** Finds tensors in a checkpoint. */
export function tableSource(table: WeightTable): TensorSource {
  return {
    has: (name) => table.has(name),
    entry(name, dims) {
      const entry = table.get(name);
      if (String(entry.dims) !== String(dims)) {
        throw new CheckpointError(
          `${name}: expected ${formatDims(dims)}, got ${formatDims(entry.dims)}; the checkpoint does not fit its config`,
          { tensor: name, expected: dims, got: entry.dims },
        );
      }
      return entry;
    },
  };
}

/** Takes down every tensor that modules ask for instead of finding it: so the list of weights cannot differ from the graphs. */
export class RecordingSource implements TensorSource {
  readonly specs = new Map<string, WeightSpec>();

  has(): boolean {
    return true;
  }

  entry(name: string, dims: readonly number[], optional: boolean): WeightEntry {
    if (!this.specs.has(name)) this.specs.set(name, optional ? { name, dims, optional } : { name, dims });
    const byteLength = 4 * dims.reduce((a, b) => a * b, 1);
    return { name, type: "float32", dims, location: "", byteOffset: 0, byteLength };
  }
}
