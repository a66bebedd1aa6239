import type { PlaceWeights, SessionGraph, WeightPlacement, WeightTable } from "@sam2js/core";
import type { Dims } from "./axis.js";
import type { ElementType } from "./element-type.js";
import type { GraphBuilder } from "./graph-builder.js";
import type { Initializer } from "./initializer.js";
import type { Attribute, GraphNode } from "./node.js";
import { ProtoWriter } from "./proto-writer.js";
import { reachable } from "./reachable.js";

/** The format of files that came with a version of the operators: engines of that time take no later one. */
function irVersion(opset: number): number {
  if (opset < 19) return 8;
  if (opset < 21) return 9;
  return opset < 23 ? 10 : 11;
}
/** Operators of ONNX Runtime's own, which other engines may not take even as a name. */
const CONTRIB = "com.microsoft";

/** Of `TensorProto.DataType`. */
const DATA_TYPES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** Of `TensorProto.DataLocation`. */
const EXTERNAL = 1;

/** Of `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * Writes a graph as the bytes of an ONNX model. Nodes and constants that no output needs are left out.
 *
 * @param weights  its files are referred to; it is read for the constants that are computed from weights
 * @param place    says where an engine finds weights; without it, in their files
 * @see https://github.com/onnx/onnx/blob/v1.23.2/onnx/onnx.proto for the numbers of fields
 */
export async function serialize(
  graph: GraphBuilder,
  weights: WeightTable,
  place?: PlaceWeights,
): Promise<SessionGraph> {
  const { nodes, initializers, outputs } = reachable(graph);
  const ranges = [...initializers].flatMap(([name, each]) =>
    each.kind === "external" ? [{ ...each.range, rows: graph.rows.get(name) }] : [],
  );
  const files = weights.files.filter((file) => ranges.some(({ location }) => location === file.location));
  const placements = (place && ranges.length > 0 ? await place(ranges, files) : ranges).values();
  const read = cachedReader(weights);
  const contents = new Map<string, WeightPlacement>();
  const computed: (() => Promise<void>)[] = [];
  for (const [name, initializer] of initializers) {
    if (initializer.kind === "external") contents.set(name, placements.next().value ?? initializer.range);
    else computed.push(async () => void contents.set(name, { bytes: await bytesOf(initializer, read) }));
  }
  for (let begin = 0; begin < computed.length; begin += COMPUTED_AT_ONCE) {
    await Promise.all(computed.slice(begin, begin + COMPUTED_AT_ONCE).map((compute) => compute()));
  }
  const out = new ProtoWriter();
  out.int(1, irVersion(graph.opset));
  out.text(2, "sam2js");
  out.message(7, () => {
    for (const node of nodes) out.message(1, () => writeNode(out, node));
    out.text(2, graph.name);
    for (const [name, initializer] of initializers) {
      out.message(5, () => writeTensor(out, name, initializer, contents.get(name) as WeightPlacement));
    }
    for (const { name, type, dims } of graph.inputs) {
      const written = graph.wideInputs.has(name) ? "int64" : type;
      out.message(11, () => writeValue(out, name, written, dims));
    }
    for (const [name, { type, dims }] of initializers) {
      // A constant that a run may replace is no constant to an engine.
      if (isInPlace(contents.get(name))) out.message(11, () => writeValue(out, name, type, dims));
    }
    for (const { name, type, dims } of outputs) out.message(12, () => writeValue(out, name, type, dims));
  });
  out.message(8, () => {
    out.text(1, "");
    out.int(2, graph.opset);
  });
  if (nodes.some(({ domain }) => domain === CONTRIB)) {
    out.message(8, () => {
      out.text(1, CONTRIB);
      out.int(2, 1);
    });
  }
  return { model: out.finish(), weights: files };
}

/** Constants whose weights are read at the same time: more would only take memory. */
const COMPUTED_AT_ONCE = 8;

/** How many tensors are kept: constants that are computed from the same ones stand close to each other. */
const KEPT_TENSORS = 8;

function cachedReader(weights: WeightTable): (name: string) => Promise<Float32Array> {
  const cache = new Map<string, Promise<Float32Array>>();
  return (name) => {
    const tensor = cache.get(name) ?? weights.read(name);
    cache.delete(name);
    cache.set(name, tensor); // now the youngest
    for (const oldest of cache.keys()) {
      if (cache.size <= KEPT_TENSORS) break;
      cache.delete(oldest);
    }
    return tensor;
  };
}

async function bytesOf(
  initializer: Exclude<Initializer, { readonly kind: "external" }>,
  read: (name: string) => Promise<Float32Array>,
): Promise<Uint8Array> {
  if (initializer.kind === "inline") return initializer.bytes;
  const sources = await Promise.all(
    initializer.sources.map(async ({ tensor, begin, end }) => (await read(tensor)).subarray(begin, end)),
  );
  return initializer.compute(...sources);
}

const isInPlace = (content: WeightPlacement | undefined) =>
  content !== undefined && "inPlace" in content && content.inPlace === true;

/** `TensorProto`. */
function writeTensor(
  out: ProtoWriter,
  name: string,
  initializer: Initializer,
  content: WeightPlacement,
): void {
  for (const size of initializer.dims) out.int(1, size);
  out.int(2, DATA_TYPES[initializer.type]);
  out.text(8, name);
  if ("bytes" in content) {
    out.bytes(9, content.bytes);
    return;
  }
  const length = initializer.kind === "external" ? initializer.range.byteLength : 0;
  const entries = { location: content.location, offset: content.byteOffset, length };
  for (const [key, value] of Object.entries(entries)) {
    out.message(13, () => {
      out.text(1, key);
      out.text(2, `${value}`);
    });
  }
  out.int(14, EXTERNAL);
}

/** `NodeProto`. */
function writeNode(out: ProtoWriter, { op, domain, inputs, outputs, attributes }: GraphNode): void {
  for (const name of inputs) out.text(1, name);
  for (const name of outputs) out.text(2, name);
  out.text(3, outputs[0] ?? op);
  out.text(4, op);
  for (const [name, value] of Object.entries(attributes)) {
    out.message(5, () => writeAttribute(out, name, value));
  }
  out.text(7, domain);
}

/** `AttributeProto`. */
function writeAttribute(out: ProtoWriter, name: string, value: Attribute): void {
  const setType = (type: keyof typeof ATTRIBUTE_TYPES) => out.int(20, ATTRIBUTE_TYPES[type]);
  out.text(1, name);
  if (typeof value === "number") {
    out.int(3, value);
    setType("int");
  } else if (typeof value === "string") {
    out.text(4, value);
    setType("string");
  } else if ("float" in value) {
    out.float(2, value.float);
    setType("float");
  } else {
    for (const each of value) out.int(8, each);
    setType("ints");
  }
}

/** `ValueInfoProto`, of a tensor. */
function writeValue(out: ProtoWriter, name: string, type: ElementType, dims: Dims): void {
  const writeDim = (size: Dims[number]) => {
    if (typeof size === "number") out.int(1, size);
    else out.text(2, size);
  };
  out.text(1, name);
  out.message(2, () => {
    out.message(1, () => {
      out.int(1, DATA_TYPES[type]);
      out.message(2, () => {
        for (const size of dims) out.message(1, () => writeDim(size));
      });
    });
  });
}
