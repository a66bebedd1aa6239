import { assert, type WeightEntry } from "@sam2js/core";
import { product } from "../builder/axis.js";
import type { GraphBuilder } from "../builder/graph-builder.js";
import type { ElementRange } from "../builder/initializer.js";
import { formatDims, type Value } from "../builder/value.js";

/** A tensor of the checkpoint, or some of its rows, under a shape: the graph refers to its bytes where they lie. */
export class Weight {
  readonly #graph: GraphBuilder;
  readonly #entry: WeightEntry;
  readonly #begin: number;
  readonly dims: readonly number[];

  constructor(graph: GraphBuilder, entry: WeightEntry, dims: readonly number[] = entry.dims, begin = 0) {
    this.#graph = graph;
    this.#entry = entry;
    this.#begin = begin;
    this.dims = dims;
  }

  /** The checkpoint's name of the tensor. */
  get name(): string {
    return this.#entry.name;
  }

  /** Rows `begin` to `end` of the first axis. */
  rows(begin: number, end: number): Weight {
    const [rows = 0, ...rest] = this.dims;
    assert(0 <= begin && begin < end && end <= rows, `${this.name}: no rows ${begin} to ${end} in ${rows}`);
    const row = product(rest) as number;
    return new Weight(this.#graph, this.#entry, [end - begin, ...rest], this.#begin + begin * row);
  }

  /** The same elements under another shape. */
  view(dims: readonly number[]): Weight {
    assert(
      product(dims) === product(this.dims),
      `${this.name}: ${formatDims(this.dims)} is not ${formatDims(dims)}`,
    );
    return new Weight(this.#graph, this.#entry, dims, this.#begin);
  }

  /** As a constant of the graph that points into the weight file. */
  get value(): Value {
    const { name, type, location, byteOffset, byteLength, dims } = this.#entry;
    const bytesPerElement = byteLength / Math.max(1, product(dims) as number);
    const length = product(this.dims) as number;
    const isWhole = this.#begin === 0 && String(dims) === String(this.dims);
    const key = isWhole ? name : `${name}@${this.#begin}[${this.dims}]`;
    return this.#graph.initializer(key, () => ({
      kind: "external",
      type,
      dims: this.dims,
      range: {
        location,
        byteOffset: byteOffset + this.#begin * bytesPerElement,
        byteLength: length * bytesPerElement,
      },
    }));
  }

  /** Where its elements lie in the tensor. */
  get range(): ElementRange {
    const length = product(this.dims) as number;
    return { tensor: this.name, begin: this.#begin, end: this.#begin + length };
  }
}

/**
 * A small constant computed from weights when the graph is built; it travels inside the graph.
 *
 * @param compute  gets the elements of each source, row-major, and returns those of the result
 */
export function derive(
  graph: GraphBuilder,
  sources: readonly Weight[],
  dims: readonly number[],
  compute: (...sources: Float32Array[]) => Float32Array,
): Value {
  const label = sources.map(({ name, range }) => `${name}@${range.begin}`).join(" ");
  const key = `derived ${label} ${formatDims(dims)} ${graph.initializers.size}`;
  return graph.initializer(key, () => ({
    kind: "derived",
    type: "float32",
    dims,
    sources: sources.map(({ range }) => range),
    compute: (...arrays) => {
      const result = compute(...arrays);
      assert(result.length === product(dims), `${label}: computed ${result.length} elements, not ${dims}`);
      return result;
    },
  }));
}
