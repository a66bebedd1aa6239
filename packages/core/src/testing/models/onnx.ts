import type { SessionDescription, ValueInfo } from "../../runtime/session.js";
import { BYTES_PER_ELEMENT, elementCount, type TensorType } from "../../tensor/tensor-type.js";
import type { WeightFile, WeightPlacement, WeightRange } from "../../weights/weight-source.js";

/** One operation of a small graph. */
export interface Operation {
  /** Its name in ONNX: `"MatMul"`. */
  readonly type: string;
  /** Names of values. */
  readonly inputs: readonly string[];
  /** Names of values that it makes. */
  readonly outputs: readonly string[];
}

/** An initializer whose bytes lie in an external file. */
export interface ExternalTensor {
  /** As operations call it. */
  readonly name: string;
  /** Of its elements. */
  readonly type: TensorType;
  /** Its shape, outermost axis first. */
  readonly dims: readonly number[];
  /** The file. */
  readonly location: string;
  /** Where it begins in the file. */
  readonly byteOffset: number;
  /** What its {@link WeightRange} says. */
  readonly rows?: number;
}

/** A small ONNX model (opset 17). Enough for tests of engines; real graphs are `@sam2js/graph`'s. */
export interface SmallModel {
  /** What a run takes. */
  readonly inputs: readonly ValueInfo[];
  /** What a run gives. */
  readonly outputs: readonly ValueInfo[];
  /** In an order in which each finds its inputs. */
  readonly operations: readonly Operation[];
  /** Its weights. */
  readonly externals?: readonly ExternalTensor[];
}

const ELEMENT_TYPES: Readonly<Record<TensorType, number>> = { float32: 1, uint8: 2, int32: 6, float16: 10 };

let described = 0;

/**
 * Describes a small model for `createSession`.
 *
 * @param weights  the files of its externals
 * @param digest   one of its own when missing
 */
export function describeModel(
  name: string,
  model: SmallModel,
  weights: readonly WeightFile[] = [],
  digest = `${name}-${described++}`,
): SessionDescription {
  const ranges = (model.externals ?? []).map(rangeOf);
  return {
    name,
    digest,
    inputs: model.inputs,
    outputs: model.outputs,
    build: async (place) => {
      const placements = place && ranges.length > 0 ? await place(ranges, weights) : ranges;
      return { model: writeOnnx(model, placements), weights };
    },
  };
}

const rangeOf = ({ type, dims, location, byteOffset, rows }: ExternalTensor): WeightRange => ({
  location,
  byteOffset,
  rows,
  byteLength: elementCount(dims) * BYTES_PER_ELEMENT[type],
});

/** @see onnx.proto3 of ONNX 1.16 for the field numbers */
function writeOnnx(model: SmallModel, placements: readonly WeightPlacement[]): Uint8Array<ArrayBuffer> {
  const graph = [
    ...model.operations.map(({ type, inputs, outputs }) =>
      message(1, [
        ...inputs.map((name) => text(1, name)),
        ...outputs.map((name) => text(2, name)),
        text(4, type),
      ]),
    ),
    text(2, "conformance"),
    ...(model.externals ?? []).map((tensor, i) => external(tensor, placements[i] as WeightPlacement)),
    ...model.inputs.map((value) => valueInfo(11, value)),
    ...model.outputs.map((value) => valueInfo(12, value)),
  ];
  return Uint8Array.from([number(1, 8), message(7, graph), message(8, [text(1, ""), number(2, 17)])].flat());
}

function external(tensor: ExternalTensor, placement: WeightPlacement): number[] {
  const { name, type, dims } = tensor;
  const entry = (key: string, value: string) => message(13, [text(1, key), text(2, value)]);
  const initializer = message(5, [
    ...dims.map((size) => number(1, size)),
    number(2, ELEMENT_TYPES[type]),
    text(8, name),
    ...("bytes" in placement
      ? [bytes(9, [...placement.bytes])]
      : [
          entry("location", placement.location),
          entry("offset", `${placement.byteOffset}`),
          entry("length", `${rangeOf(tensor).byteLength}`),
          number(14, 1),
        ]),
  ]);
  return "inPlace" in placement && placement.inPlace
    ? [...initializer, ...valueInfo(11, tensor)]
    : initializer;
}

function valueInfo(tag: number, { name, type, dims }: ValueInfo): number[] {
  const shape = dims.map((size) => message(1, [typeof size === "number" ? number(1, size) : text(2, size)]));
  const tensorType = message(1, [number(1, ELEMENT_TYPES[type]), message(2, shape)]);
  return message(tag, [text(1, name), message(2, [tensorType])]);
}

function number(tag: number, value: number): number[] {
  return [...varint(tag * 8), ...varint(value)];
}

function bytes(tag: number, value: readonly number[]): number[] {
  return [...varint(tag * 8 + 2), ...varint(value.length), ...value];
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function text(tag: number, value: string): number[] {
  return bytes(tag, [...new TextEncoder().encode(value)]);
}

function message(tag: number, parts: readonly (readonly number[])[]): number[] {
  return bytes(tag, parts.flat());
}
