import { EngineError } from "@sam2js/core";
import { type ProtoField, protoFields, protoHead } from "@sam2js/core/engine";

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { rawData: 9, externalData: 13, dataLocation: 14 } as const;

/**
 * Moves external initializers into the model. The engine takes external data from a folder or from memory, not from
 * both: weights in memory that stand beside a mapped file travel inside the graph, so that the file stays mapped.
 *
 * @param files  bytes by location; initializers at other locations stay as they are
 * @throws {EngineError} the model is no ONNX, or an initializer lies beyond its file's end
 */
export function inlineWeights(model: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return rewrite(model, MODEL_GRAPH, (graph) =>
    rewriteParts(graph, GRAPH_INITIALIZER, (tensor) => inlineTensor(tensor, files)),
  );
}

type Parts = readonly Uint8Array[];

/** A message in which the fields of one number are made anew, as parts to be joined. */
function rewriteParts(message: Uint8Array, number: number, change: (content: Uint8Array) => Parts): Parts {
  const parts: Uint8Array[] = [];
  for (const field of protoFields(message)) {
    if (field.number !== number || !field.content) {
      parts.push(field.bytes);
      continue;
    }
    const changed = change(field.content);
    parts.push(protoHead(number, sizeOf(changed)), ...changed);
  }
  return parts;
}

function rewrite(message: Uint8Array, number: number, change: (content: Uint8Array) => Parts): Uint8Array {
  const parts = rewriteParts(message, number, change);
  const joined = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function inlineTensor(tensor: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Parts {
  const fields = [...protoFields(tensor)];
  const place = new Map(fields.filter(({ number }) => number === TENSOR.externalData).map(entryOf));
  const location = place.get("location") ?? "";
  const file = files.get(location);
  if (!file) return [tensor];
  const offset = Number(place.get("offset") ?? 0);
  const length = Number(place.get("length") ?? file.length - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length)) {
    throw new EngineError(
      `weights: expected ${length} bytes at ${offset} of ${location}, but it has ${file.length}; the checkpoint is damaged`,
      { location, offset, length, sizeBytes: file.length },
    );
  }
  const isKept = ({ number }: ProtoField) =>
    number !== TENSOR.externalData && number !== TENSOR.dataLocation && number !== TENSOR.rawData;
  return [
    ...fields.filter(isKept).map(({ bytes }) => bytes),
    protoHead(TENSOR.rawData, length),
    file.subarray(offset, offset + length),
  ];
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

const sizeOf = (parts: Parts) => parts.reduce((sum, part) => sum + part.length, 0);
