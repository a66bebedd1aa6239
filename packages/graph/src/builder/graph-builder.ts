import { assert, type TensorType, type ValueInfo } from "@sam2js/core";
import { type Axis, type Dims, formatDims, product } from "./axis.js";
import { type ElementType, type FloatType, floatBytes } from "./element-type.js";
import type { Initializer } from "./initializer.js";
import type { Attributes, GraphNode } from "./node.js";

/** A tensor while the graph runs: what it will be called, hold and measure. Ops take values and return values. */
export interface Value {
  readonly graph: GraphBuilder;
  readonly name: string;
  readonly type: ElementType;
  readonly dims: Dims;
}

/** A value whose type the compiler knows. */
export type TypedValue<T extends ElementType> = Value & { readonly type: T };

/** Sizes of symbolic axes that are known after all: `{ P: 1 }`. An axis `P?` gets the size of `P`. */
export type FixedSizes = Readonly<Record<string, number | undefined>>;

/** Versions of ONNX's operators that graphs can be written in. Older ones lack `LayerNormalization`. */
export const OPSETS = { oldest: 17, usual: 20, newest: 23 } as const;

/** How a graph is written down, whatever it computes. */
export interface GraphForm {
  readonly sizes?: FixedSizes | undefined;
  /** Version of ONNX's operators, of {@link OPSETS}. Default 20, the first with `Gelu`. */
  readonly opset?: number | undefined;
  /**
   * How products by weights of 8 bits are written. `"dynamic"` (default): in 8 bits, by an operator of ONNX Runtime's own. `"weights"`: the weights are
   * widened to float32 first, which every engine can do and which rounds no activation.
   */
  readonly products?: "dynamic" | "weights" | undefined;
}

/** Takes down nodes, constants, inputs and outputs of one graph. Ops write to it through the values they are given. */
export class GraphBuilder {
  readonly name: string;
  readonly opset: number;
  readonly products: NonNullable<GraphForm["products"]>;
  readonly nodes: GraphNode[] = [];
  readonly initializers = new Map<string, Initializer>();
  readonly inputs: ValueInfo[] = [];
  /** Names of the inputs that are int64 in the file. */
  readonly wideInputs = new Set<string>();
  readonly outputs: { readonly info: ValueInfo; readonly value: Value }[] = [];
  /** Multiply-adds of matrix products, convolutions and attention, by the name of their result. */
  readonly multiplyAdds = new Map<string, Axis>();
  /** How many rows a run multiplies by a constant matrix, by the name of the constant; the most where there are several products. */
  readonly rows = new Map<string, number>();
  readonly #values = new Map<string, Value>();
  readonly #sizes = new Map<string, Value>();
  readonly #fixed: FixedSizes;
  #count = 0;

  constructor(name: string, { sizes = {}, opset = OPSETS.usual, products = "dynamic" }: GraphForm = {}) {
    this.name = name;
    this.opset = opset;
    this.products = products;
    this.#fixed = sizes;
  }

  /** An input of the graph. Its symbolic axes become known to {@link size}. @param isWide  the file says int64 for int32 */
  input(name: string, type: TensorType, free: Dims, isWide = false): Value {
    const dims = free.map((axis) => this.#fixed[`${axis}`.replace("?", "")] ?? axis);
    this.inputs.push({ name, type, dims });
    if (isWide) this.wideInputs.add(name);
    const value: Value = { graph: this, name, type: isWide ? "int64" : type, dims };
    for (const [axis, size] of dims.entries()) {
      if (typeof size === "string" && !size.endsWith("?") && !this.#sizes.has(size))
        this.bindSize(size, value, axis);
    }
    return value;
  }

  /** Makes a value an output of the graph. */
  output(name: string, value: Value): void {
    const { type, dims } = value;
    assert(
      type === "float32" || type === "float16" || type === "int32" || type === "uint8",
      `${name} is ${type}, which no tensor holds`,
    );
    this.outputs.push({ info: { name, type, dims }, value });
  }

  /** Adds a node with one output. */
  op(
    op: string,
    inputs: readonly (Value | undefined)[],
    type: ElementType,
    dims: Dims,
    attributes: Attributes = {},
    domain = "",
  ): Value {
    const name = `${op}_${this.#count++}`;
    for (const input of inputs) assert(!input || input.graph === this, `${name} mixes values of two graphs`);
    this.nodes.push({
      op,
      domain,
      inputs: inputs.map((input) => input?.name ?? ""),
      outputs: [name],
      attributes,
    });
    return { graph: this, name, type, dims };
  }

  /** Takes down how many multiply-adds a node is, and gives its result back. */
  counted(value: Value, ...factors: Dims): Value {
    this.multiplyAdds.set(value.name, product(factors));
    return value;
  }

  /** A constant of the graph; the same key gives the same value. */
  initializer(key: string, create: () => Initializer): Value {
    let value = this.#values.get(key);
    if (!value) {
      const initializer = create();
      value = { graph: this, name: key, type: initializer.type, dims: initializer.dims };
      this.#values.set(key, value);
      this.initializers.set(key, initializer);
    }
    return value;
  }

  /** A constant of floating-point numbers whose data travels inside the graph. */
  float(data: ArrayLike<number>, dims: readonly number[], type: FloatType = "float32"): Value {
    const values = Float32Array.from(data);
    assert(
      values.length === product(dims),
      `constant of ${values.length} elements is not ${formatDims(dims)}`,
    );
    const small = `${type === "float32" ? "f" : "h"}(${values.join(",")})[${dims}]`;
    const key = values.length <= 8 ? small : `constant_${this.#count++}`;
    return this.initializer(key, () => ({ kind: "inline", type, dims, bytes: floatBytes(values, type) }));
  }

  /** An integer constant of one axis, or a scalar when given a number. */
  int(data: number | readonly number[], type: "int64" | "int32" = "int64"): Value {
    const list = typeof data === "number" ? [data] : data;
    const dims = typeof data === "number" ? [] : [list.length];
    return this.initializer(`${type}(${list.join(",")})[${dims}]`, () => {
      const values = type === "int64" ? BigInt64Array.from(list.map(BigInt)) : Int32Array.from(list);
      return { kind: "inline", type, dims, bytes: new Uint8Array(values.buffer) };
    });
  }

  /** Says that a symbol is the size of one axis of a value. */
  bindSize(symbol: string, value: Value, axis: number): void {
    this.#sizes.set(symbol, this.op("Shape", [value], "int64", [1], { start: axis, end: axis + 1 }));
  }

  /** int64 [1] that holds the size of an axis when the graph runs. */
  size(axis: Axis): Value {
    if (typeof axis === "number") return this.int([axis]);
    const known = this.#sizes.get(axis);
    if (known) return known;
    const parts = axis.split("*");
    assert(parts.length > 1, `the size ${axis} is known nowhere in ${this.name}`);
    const size = parts
      .map((part) => this.size(Number.isInteger(Number(part)) ? Number(part) : part))
      .reduce((a, b) => this.op("Mul", [a, b], "int64", [1]));
    this.#sizes.set(axis, size);
    return size;
  }

  /** int64 [rank] that holds a whole shape when the graph runs. */
  shape(dims: Dims): Value {
    if (dims.every((axis) => typeof axis === "number")) return this.int(dims as number[]);
    const key = `shape ${formatDims(dims)}`;
    let value = this.#sizes.get(key);
    if (!value) {
      const sizes = dims.map((axis) => this.size(axis));
      value = this.op("Concat", sizes, "int64", [dims.length], { axis: 0 });
      this.#sizes.set(key, value);
    }
    return value;
  }
}
