import { EngineError } from "../errors/errors.js";

/** One field of a protobuf message, as views. */
export interface ProtoField {
  /** The field number of its message's definition. */
  readonly number: number;
  /** All of it, tag included. */
  readonly bytes: Uint8Array;
  /** What follows tag and length; missing for numbers. */
  readonly content: Uint8Array | undefined;
}

/**
 * The fields of a message, as views.
 *
 * @throws {EngineError} the bytes are no protobuf message
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* protoFields(message: Uint8Array): Generator<ProtoField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) break;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new EngineError("graph: expected an ONNX model, got bytes that are no protobuf message", {
      expected: "an ONNX model",
      got: message.length,
    });
  };
  while (at < message.length) {
    const begin = at;
    const tag = varint();
    const wireType = tag % 8;
    let content: Uint8Array | undefined;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else {
      const length = wireType === 2 ? varint() : Number.POSITIVE_INFINITY;
      content = message.subarray(at, at + length);
      at += length;
    }
    if (at > message.length) {
      throw new EngineError("graph: expected an ONNX model, got bytes that are no protobuf message", {
        expected: "an ONNX model",
        got: message.length,
      });
    }
    yield { number: Math.floor(tag / 8), bytes: message.subarray(begin, at), content };
  }
}

/** The head of a field with a length: tag and length. Its content follows. */
export function protoHead(number: number, length: number): Uint8Array {
  return Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(length)]);
}

/** A whole number from 0 to 2⁵³ - 1 as protobuf writes it: seven bits a byte, the lowest first. */
export function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
