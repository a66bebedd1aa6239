import { EngineError } from "@sam2js/core";
import { type ProtoField, protoFields, protoHead } from "@sam2js/core/engine";

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_EXTERNAL_DATA = 13;

/** Where the bytes of an initializer lie. */
export interface ExternalRange {
  readonly location: string;
  readonly offset: number;
  /** Missing: to the end of the file. */
  readonly length: number | undefined;
}

/**
 * The ranges of files that a model's initializers refer to, in the model's order. Initializers are top-level in our graphs.
 *
 * @throws {EngineError} the bytes are no ONNX model
 */
export function externalRanges(model: Uint8Array): ExternalRange[] {
  const ranges: ExternalRange[] = [];
  for (const graph of contents(model, MODEL_GRAPH)) {
    for (const tensor of contents(graph, GRAPH_INITIALIZER)) {
      const range = rangeOf([...protoFields(tensor)]);
      if (range) ranges.push(range);
    }
  }
  return ranges;
}

/** The model with every external range replaced by what `move` says, in new bytes. */
export function moveExternalRanges(
  model: Uint8Array,
  move: (range: ExternalRange) => Required<ExternalRange>,
): Uint8Array<ArrayBuffer> {
  const moveTensor = (tensor: Uint8Array): Parts => {
    const fields = [...protoFields(tensor)];
    const range = rangeOf(fields);
    if (!range) return [tensor];
    const { location, offset, length } = move(range);
    const entries = { location, offset: `${offset}`, length: `${length}` };
    return [
      ...fields.filter(({ number }) => number !== TENSOR_EXTERNAL_DATA).map(({ bytes }) => bytes),
      ...Object.entries(entries).flatMap(([key, value]) => entryParts(key, value)),
    ];
  };
  return join(rewrite(model, MODEL_GRAPH, (graph) => rewrite(graph, GRAPH_INITIALIZER, moveTensor)));
}

type Parts = readonly Uint8Array[];

/** A message in which the fields of one number are made anew. */
function rewrite(message: Uint8Array, number: number, change: (content: Uint8Array) => Parts): Parts {
  const parts: Uint8Array[] = [];
  for (const field of protoFields(message)) {
    if (field.number !== number || !field.content) {
      parts.push(field.bytes);
      continue;
    }
    const changed = change(field.content);
    parts.push(protoHead(number, sizeOf(changed)));
    for (const part of changed) parts.push(part);
  }
  return parts;
}

function* contents(message: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of protoFields(message)) if (field.number === number && field.content) yield field.content;
}

function rangeOf(fields: readonly ProtoField[]): ExternalRange | undefined {
  const place = new Map(fields.filter(({ number }) => number === TENSOR_EXTERNAL_DATA).map(entryOf));
  const location = place.get("location");
  if (location === undefined) return undefined;
  const length = place.get("length");
  const range = {
    location,
    offset: Number(place.get("offset") ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (isCount(range.offset) && (range.length === undefined || isCount(range.length))) return range;
  throw new EngineError(`graph: expected offset and length of ${location} to be whole numbers`, { location });
}

/** Key and value of a StringStringEntryProto. */
function entryOf({ content }: ProtoField): [string, string] {
  const text = new TextDecoder();
  let key = "";
  let value = "";
  for (const field of protoFields(content ?? new Uint8Array(0))) {
    if (field.number === 1) key = text.decode(field.content);
    if (field.number === 2) value = text.decode(field.content);
  }
  return [key, value];
}

function entryParts(key: string, value: string): Parts {
  const text = new TextEncoder();
  const [keyBytes, valueBytes] = [text.encode(key), text.encode(value)];
  const entry = [protoHead(1, keyBytes.length), keyBytes, protoHead(2, valueBytes.length), valueBytes];
  return [protoHead(TENSOR_EXTERNAL_DATA, sizeOf(entry)), ...entry];
}

const sizeOf = (parts: Parts) => parts.reduce((sum, part) => sum + part.length, 0);

function join(parts: Parts): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
