import { CheckpointError, type WeightPlacement } from "@sam2js/core";
import { MAX_TENSORS } from "../limits.js";
import { block, type Field, fieldsOf, varint } from "./proto-fields.js";

/** An input or output of an ONNX file. */
export interface OnnxValue {
  readonly name: string;
  /** Of `TensorProto.DataType`; 0 where it is no tensor. */
  readonly type: number;
  /** A text is an axis of unknown size. */
  readonly dims: readonly (number | string)[];
}

/** Where an initializer lies that is not in the file itself. */
export interface ExternalData {
  /** As the file says it: of any origin. */
  readonly location: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** What matters of an ONNX file before an engine gets it. */
export interface OnnxFile {
  /** Those that a run has to give: without the ones that have a value in the file. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** One for each initializer that is not inside, in their order. */
  readonly external: readonly ExternalData[];
  /** The file with its external initializers elsewhere. */
  write(placements: readonly WeightPlacement[]): Uint8Array;
}

/** Graphs within graphs. Those of SAM 2 have none, exporters make one or two for conditions. */
const MAX_DEPTH = 16;

/** Numbers of fields that hold messages, by message; from ONNX's own description. */
const MODEL = { graph: 7, training: 20, functions: 25 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 };
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 };
/** Where messages hold tensors, or messages that do. */
const INSIDE: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { [MODEL.graph]: "graph", [MODEL.training]: "training", [MODEL.functions]: "function" },
  training: { 1: "graph", 2: "graph" },
  function: { 7: "node", 11: "attribute" },
  graph: { [GRAPH.node]: "node", [GRAPH.initializer]: "tensor", [GRAPH.sparse]: "sparse" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
  tensor: {},
};

const BYTES_OF_TYPE: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  16: 2,
};

/**
 * Reads what an ONNX file from outside takes, gives, and refers to.
 *
 * @param name  what messages call it
 * @throws {CheckpointError} it is damaged, or refers to other files from elsewhere than its initializers
 * @see https://github.com/onnx/onnx/blob/v1.23.2/onnx/onnx.proto for the numbers of fields
 */
export function readOnnx(bytes: Uint8Array, name: string): OnnxFile {
  const reader = new OnnxReader(bytes, name);
  reader.scan("model", 0, bytes.length, 0, false);
  const { known, external } = reader;
  return {
    inputs: reader.inputs.filter((input) => !known.has(input.name)),
    outputs: reader.outputs,
    external: [...external.values()],
    write: (placements) => reader.write(placements),
  };
}

class OnnxReader {
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];
  /** Names of initializers. */
  readonly known = new Set<string>();
  /** By where the initializer begins in the file. */
  readonly external = new Map<number, ExternalData>();
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #tensors = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /** Looks at a message and all within. @param isMain  whether it is the graph that runs */
  scan(kind: string, begin: number, end: number, depth: number, isMain: boolean): void {
    if (depth > MAX_DEPTH) this.#refuse(`graphs at most ${MAX_DEPTH} deep`, "deeper ones");
    if (kind === "tensor") {
      this.#tensor(begin, end, isMain);
      return;
    }
    for (const field of this.#fields(begin, end)) {
      if (isMain && kind === "graph" && field.isBlock) {
        if (field.number === GRAPH.input) this.inputs.push(this.#value(field));
        if (field.number === GRAPH.output) this.outputs.push(this.#value(field));
      }
      const inner = field.isBlock ? INSIDE[kind]?.[field.number] : undefined;
      if (inner === undefined) continue;
      const isOfMain =
        (kind === "model" && inner === "graph") || (isMain && kind === "graph" && inner === "tensor");
      this.scan(inner, field.begin, field.end, depth + (inner === "graph" ? 1 : 0), isOfMain);
    }
  }

  write(placements: readonly WeightPlacement[]): Uint8Array {
    const places = new Map([...this.external.keys()].map((begin, i) => [begin, placements[i]]));
    const bytes = this.#bytes;
    const parts = this.#edited({ begin: 0, end: bytes.length }, (field) =>
      field.number === MODEL.graph && field.isBlock
        ? this.#edited(field, (each) => {
            const place = each.number === GRAPH.initializer ? places.get(each.begin) : undefined;
            return place && this.#placed(each, place);
          })
        : undefined,
    );
    const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  }

  /** The fields of a message, some of them with another content. */
  #edited(
    { begin, end }: Pick<Field, "begin" | "end">,
    edit: (field: Field) => Uint8Array[] | undefined,
  ): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (const field of this.#fields(begin, end)) {
      const content = edit(field);
      if (content) parts.push(...block(field.number, ...content));
      else parts.push(this.#bytes.subarray(field.start, field.end));
    }
    return parts;
  }

  #placed(tensor: Field, place: WeightPlacement): Uint8Array[] {
    const kept: Uint8Array[] = [];
    for (const field of this.#fields(tensor.begin, tensor.end)) {
      if (field.number === TENSOR.external || field.number === TENSOR.location) continue;
      kept.push(this.#bytes.subarray(field.start, field.end));
    }
    if ("bytes" in place) return [...kept, ...block(TENSOR.raw, place.bytes)];
    const { byteLength } = this.external.get(tensor.begin) as ExternalData;
    const entries = { location: place.location, offset: place.byteOffset, length: byteLength };
    const text = new TextEncoder();
    const written = Object.entries(entries).flatMap(([key, value]) =>
      block(TENSOR.external, ...block(1, text.encode(key)), ...block(2, text.encode(`${value}`))),
    );
    return [...kept, ...written, varint(8 * TENSOR.location), varint(1)];
  }

  #tensor(begin: number, end: number, isMain: boolean): void {
    if (++this.#tensors > MAX_TENSORS) this.#refuse(`at most ${MAX_TENSORS} tensors`, "more");
    const dims: number[] = [];
    const entries = new Map<string, string>();
    let [type, isExternal] = [0, false];
    for (const field of this.#fields(begin, end)) {
      if (field.number === TENSOR.name && isMain) this.known.add(this.#text(field));
      if (field.number === TENSOR.type) type = field.value;
      if (field.number === TENSOR.location) isExternal ||= field.value !== 0;
      if (field.number === TENSOR.dims) dims.push(...this.#numbers(field));
      if (field.number !== TENSOR.external || !field.isBlock) continue;
      const [key = "", value = ""] = this.#texts(field);
      entries.set(key, value);
    }
    if (!isExternal) return;
    if (!isMain) this.#refuse("weights of other files in initializers only", "them elsewhere");
    const whole = dims.reduce((a, b) => a * b, 1) * (BYTES_OF_TYPE[type] ?? 0);
    const number = (key: string, other: number) => {
      const value = entries.has(key) ? Number(entries.get(key) || Number.NaN) : other;
      if (Number.isSafeInteger(value) && value >= 0) return value;
      return this.#refuse(`a number of bytes as ${key} of external data`, entries.get(key) ?? value);
    };
    this.external.set(begin, {
      location: entries.get("location") ?? "",
      byteOffset: number("offset", 0),
      byteLength: number("length", whole),
    });
  }

  /** `ValueInfoProto`. */
  #value({ begin, end }: Field): OnnxValue {
    let name = "";
    let type = 0;
    const dims: (number | string)[] = [];
    for (const field of this.#fields(begin, end)) {
      if (field.number === 1 && field.isBlock) name = this.#text(field);
      if (field.number !== 2 || !field.isBlock) continue;
      for (const tensor of this.#within(field, 1)) {
        for (const part of this.#fields(tensor.begin, tensor.end)) {
          if (part.number === 1 && !part.isBlock) type = part.value;
          if (part.number !== 2 || !part.isBlock) continue;
          for (const dim of this.#within(part, 1)) {
            const [size] = this.#fields(dim.begin, dim.end);
            // Exporters give unequal axes one name, so names are not kept.
            dims.push(size?.number === 1 && !size.isBlock ? size.value : `${name}.${dims.length}`);
          }
        }
      }
    }
    return { name, type, dims };
  }

  #within({ begin, end }: Field, number: number): Field[] {
    return [...this.#fields(begin, end)].filter((field) => field.isBlock && field.number === number);
  }

  /** A number, or several in one block. */
  #numbers(field: Field): number[] {
    if (!field.isBlock) return [field.value];
    const result: number[] = [];
    let [value, scale] = [0, 1];
    for (const byte of this.#bytes.subarray(field.begin, field.end)) {
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte >= 128) continue;
      result.push(value);
      [value, scale] = [0, 1];
    }
    return result;
  }

  /** Key and value of an entry. */
  #texts({ begin, end }: Field): [string?, string?] {
    const entry: [string?, string?] = [];
    for (const field of this.#fields(begin, end))
      if (field.isBlock && (field.number === 1 || field.number === 2))
        entry[field.number - 1] = this.#text(field);
    return entry;
  }

  #text({ begin, end }: Field): string {
    return new TextDecoder().decode(this.#bytes.subarray(begin, Math.min(end, begin + MAX_NAME_BYTES)));
  }

  #fields(begin: number, end: number): Generator<Field> {
    return fieldsOf(this.#bytes, begin, end, this.#name);
  }

  #refuse(expected: string, got: string | number): never {
    throw CheckpointError.expected(this.#name, expected, got, "this is no file of SAM 2's, or it is damaged");
  }
}

/** Of names and locations. Exporters write paths of modules, of some hundred characters. */
const MAX_NAME_BYTES = 4096;
