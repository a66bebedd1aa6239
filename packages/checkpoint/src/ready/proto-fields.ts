import { CheckpointError } from "@sam2js/core";

/** A field of a protobuf message as it lies in the bytes. */
export interface Field {
  readonly number: number;
  /** Of a number; 0 for other fields. */
  readonly value: number;
  /** Where its tag begins. */
  readonly start: number;
  /** Where its content begins: of a message, text or bytes. */
  readonly begin: number;
  /** Behind its content. */
  readonly end: number;
  /** Whether it is a message, text or bytes. */
  readonly isBlock: boolean;
}

/** Wire types of protobuf. */
const VARINT = 0;
const FIXED64 = 1;
const BLOCK = 2;
const FIXED32 = 5;

/**
 * The fields of a message from outside, one after the other.
 *
 * @param name  what messages call the file
 * @throws {CheckpointError} they run over its end, or are none
 */
export function* fieldsOf(bytes: Uint8Array, begin: number, end: number, name: string): Generator<Field> {
  let at = begin;
  const number = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = at < end ? (bytes[at++] as number) : refuse(name);
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return refuse(name);
  };
  while (at < end) {
    const start = at;
    const tag = number();
    const wire = tag % 8;
    const value = wire === VARINT || wire === BLOCK ? number() : 0;
    const content = at;
    if (wire === BLOCK) at += value;
    else if (wire === FIXED64) at += 8;
    else if (wire === FIXED32) at += 4;
    else if (wire !== VARINT) refuse(name);
    if (at > end || tag < 8 || tag >= 2 ** 32) refuse(name);
    const isBlock = wire === BLOCK;
    yield {
      number: Math.floor(tag / 8),
      value: isBlock ? 0 : value,
      start,
      begin: content,
      end: at,
      isBlock,
    };
  }
}

/** A number of protobuf as bytes. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const next = Math.floor(rest / 128);
    bytes.push((rest % 128) + (next > 0 ? 128 : 0));
    rest = next;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** A message, text or bytes as a field. @param parts  its content, in pieces */
export function block(number: number, ...parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [varint(number * 8 + BLOCK), varint(length), ...parts];
}

function refuse(name: string): never {
  throw CheckpointError.expected(name, "an ONNX file", "damaged bytes", "get the file again");
}
