import { create, toBinary } from "@bufbuild/protobuf";
import type { PlaceWeights, SessionGraph, WeightPlacement, WeightTable } from "@sam2js/core";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "../onnx/onnx_pb.js";
import type { Dims } from "./axis.js";
import type { ElementType } from "./element-type.js";
import type { GraphBuilder } from "./graph-builder.js";
import type { Initializer } from "./initializer.js";
import type { Attribute, GraphNode } from "./node.js";
import { reachable } from "./reachable.js";

/** The first set with `Gelu`; engines of 2024 and later take it. */
const OPSET = 20n;
const IR_VERSION = 10n;

const DATA_TYPES: Readonly<Record<ElementType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int64: TensorProto_DataType.INT64,
  int32: TensorProto_DataType.INT32,
  uint8: TensorProto_DataType.UINT8,
  int8: TensorProto_DataType.INT8,
  bool: TensorProto_DataType.BOOL,
};

/**
 * Writes a graph as the bytes of an ONNX model. Nodes and constants that no output needs are left out.
 *
 * @param weights  its files are referred to; it is read for the constants that are computed from weights
 * @param place    says where an engine finds weights; without it, in their files
 */
export async function serialize(
  graph: GraphBuilder,
  weights: WeightTable,
  place?: PlaceWeights,
): Promise<SessionGraph> {
  const { nodes, initializers, outputs } = reachable(graph);
  const ranges = [...initializers.values()].flatMap((each) => (each.kind === "external" ? [each.range] : []));
  const files = weights.files.filter((file) => ranges.some(({ location }) => location === file.location));
  const placements = (place && ranges.length > 0 ? await place(ranges, files) : ranges).values();
  const read = cachedReader(weights);
  const tensors: TensorProto[] = [];
  for (const [name, initializer] of initializers) {
    const placement = initializer.kind === "external" ? placements.next().value : undefined;
    tensors.push(await tensorProto(name, initializer, placement, read));
  }
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "sam2js",
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: "", version: OPSET }),
      create(OperatorSetIdProtoSchema, { domain: "com.microsoft", version: 1n }),
    ],
    graph: create(GraphProtoSchema, {
      name: graph.name,
      node: nodes.map(nodeProto),
      initializer: tensors,
      input: graph.inputs.map(({ name, type, dims }) => valueProto(name, type, dims)),
      output: outputs.map(({ name, type, dims }) => valueProto(name, type, dims)),
    }),
  });
  return { model: toBinary(ModelProtoSchema, model), weights: files };
}

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

async function tensorProto(
  name: string,
  initializer: Initializer,
  placement: WeightPlacement | undefined,
  read: (name: string) => Promise<Float32Array>,
): Promise<TensorProto> {
  const common = { name, dataType: DATA_TYPES[initializer.type], dims: initializer.dims.map(BigInt) };
  if (placement && "bytes" in placement) {
    return create(TensorProtoSchema, { ...common, rawData: placement.bytes });
  }
  if (initializer.kind === "external") {
    const { location, byteOffset } = placement ?? initializer.range;
    const entries = { location, offset: `${byteOffset}`, length: `${initializer.range.byteLength}` };
    return create(TensorProtoSchema, {
      ...common,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      ),
    });
  }
  if (initializer.kind === "inline")
    return create(TensorProtoSchema, { ...common, rawData: initializer.bytes });
  const sources = await Promise.all(
    initializer.sources.map(async ({ tensor, begin, end }) => (await read(tensor)).subarray(begin, end)),
  );
  return create(TensorProtoSchema, { ...common, rawData: initializer.compute(...sources) });
}

function nodeProto({ op, domain, inputs, outputs, attributes }: GraphNode) {
  return create(NodeProtoSchema, {
    name: outputs[0] ?? op,
    opType: op,
    domain,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  const type = AttributeProto_AttributeType;
  if (typeof value === "number")
    return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value) });
  if (typeof value === "string") {
    return create(AttributeProtoSchema, { name, type: type.STRING, s: new TextEncoder().encode(value) });
  }
  if ("float" in value) return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.map(BigInt) });
}

function valueProto(name: string, type: ElementType, dims: Dims): ValueInfoProto {
  const dim = dims.map((axis) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof axis === "number"
          ? { case: "dimValue", value: BigInt(axis) }
          : { case: "dimParam", value: axis },
    }),
  );
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: DATA_TYPES[type],
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensorType } }),
  });
}
