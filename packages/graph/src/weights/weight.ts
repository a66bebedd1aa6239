import { assert, type WeightEntry } from "@sam2js/core";
import { formatDims, product } from "../builder/axis.js";
import { type FloatType, floatBytes } from "../builder/element-type.js";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import type { ElementRange } from "../builder/initializer.js";

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

  /** The type that modules compute in with it. */
  get type(): FloatType {
    const { type } = this.#entry;
    assert(
      type === "float32" || type === "float16",
      `${this.name} is ${type}, which is no type to compute in`,
    );
    return type;
  }

  /** Whether products by it are to be computed in 8 bits. */
  get isQuantized(): boolean {
    return this.#entry.isQuantized === true;
  }

  /** As a constant of the graph that points into the weight file. */
  get value(): Value {
    assert(!this.isQuantized, `${this.name} is to be quantized; it lies nowhere`);
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

/** Types of constants computed from weights, and what holds their elements before they are written. */
interface DerivedData {
  float32: Float32Array;
  float16: Float32Array;
  int8: Int8Array;
}

/**
 * A constant computed from weights when the graph is built; it travels inside the graph.
 *
 * @param compute  gets the elements of each source, row-major, and returns those of the result
 * @param type     of the result; numbers are rounded to it
 */
export function derive<T extends keyof DerivedData = "float32">(
  graph: GraphBuilder,
  sources: readonly Weight[],
  dims: readonly number[],
  compute: (...sources: Float32Array[]) => DerivedData[T],
  type: T = "float32" as T,
): Value {
  const label = sources.map(({ name, range }) => `${name}@${range.begin}`).join(" ");
  const key = `derived ${label} ${formatDims(dims)} ${graph.initializers.size}`;
  return graph.initializer(key, () => ({
    kind: "derived",
    type,
    dims,
    sources: sources.map(({ range }) => range),
    recipe: String(compute),
    compute: (...arrays) => {
      const result = compute(...arrays);
      assert(result.length === product(dims), `${label}: computed ${result.length} elements, not ${dims}`);
      if (result instanceof Int8Array) return new Uint8Array(result.buffer);
      return floatBytes(result, type === "float16" ? type : "float32");
    },
  }));
}
