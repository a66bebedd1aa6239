import { protoHead, varintBytes } from "../../engine/protobuf.js";
import type { ValueInfo } from "../../runtime/session.js";
import { BYTES_PER_ELEMENT, elementCount, type TensorType } from "../../tensor/tensor-type.js";

/** One operation of a small graph. */
export interface Operation {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** An initializer whose bytes lie in an external file. */
export interface ExternalTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly location: string;
  readonly byteOffset: number;
}

/** A small ONNX model, to be written by {@link writeOnnx}. */
export interface SmallModel {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly operations: readonly Operation[];
  readonly externals?: readonly ExternalTensor[];
}

const ELEMENT_TYPES: Readonly<Record<TensorType, number>> = { float32: 1, uint8: 2, int32: 6, float16: 10 };

/**
 * The bytes of a small ONNX model (opset 17). Enough for test models of a few operations; real graphs are `@sam2js/graph`'s.
 *
 * @see onnx.proto3 of ONNX 1.16 for the field numbers
 */
export function writeOnnx(model: SmallModel): Uint8Array<ArrayBuffer> {
  const graph = [
    ...model.operations.map(({ type, inputs, outputs }) =>
      message(1, [
        ...inputs.map((name) => text(1, name)),
        ...outputs.map((name) => text(2, name)),
        text(4, type),
      ]),
    ),
    text(2, "conformance"),
    ...(model.externals ?? []).map(external),
    ...model.inputs.map((value) => valueInfo(11, value)),
    ...model.outputs.map((value) => valueInfo(12, value)),
  ];
  return Uint8Array.from([number(1, 8), message(7, graph), message(8, [text(1, ""), number(2, 17)])].flat());
}

function external({ name, type, dims, location, byteOffset }: ExternalTensor): number[] {
  const entry = (key: string, value: string) => message(13, [text(1, key), text(2, value)]);
  return message(5, [
    ...dims.map((size) => number(1, size)),
    number(2, ELEMENT_TYPES[type]),
    text(8, name),
    entry("location", location),
    entry("offset", `${byteOffset}`),
    entry("length", `${elementCount(dims) * BYTES_PER_ELEMENT[type]}`),
    number(14, 1),
  ]);
}

function valueInfo(tag: number, { name, type, dims }: ValueInfo): number[] {
  const shape = dims.map((size) => message(1, [typeof size === "number" ? number(1, size) : text(2, size)]));
  const tensorType = message(1, [number(1, ELEMENT_TYPES[type]), message(2, shape)]);
  return message(tag, [text(1, name), message(2, [tensorType])]);
}

function number(tag: number, value: number): number[] {
  return [...varintBytes(tag * 8), ...varintBytes(value)];
}

function bytes(tag: number, value: readonly number[]): number[] {
  return [...protoHead(tag, value.length), ...value];
}

function text(tag: number, value: string): number[] {
  return bytes(tag, [...new TextEncoder().encode(value)]);
}

function message(tag: number, parts: readonly (readonly number[])[]): number[] {
  return bytes(tag, parts.flat());
}
