import { expect, test } from "vitest";
import { EngineError } from "../errors/errors.js";
import { protoFields, protoHead, varintBytes } from "./protobuf.js";

test("a number is written as in protobuf's own example: 150 is 96 01", () => {
  expect(varintBytes(150)).toEqual([0x96, 0x01]);
  expect(varintBytes(0)).toEqual([0]);
});

test("fields of every wire type are found, with their content where they have a length", () => {
  const message = Uint8Array.from([
    ...varintBytes(1 * 8),
    ...varintBytes(2 ** 40),
    ...protoHead(300, 2),
    7,
    8,
    ...[3 * 8 + 5, 1, 2, 3, 4],
    ...[4 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8],
  ]);
  const fields = [...protoFields(message)];
  expect(fields.map(({ number, content }) => [number, content && [...content]])).toEqual([
    [1, undefined],
    [300, [7, 8]],
    [3, undefined],
    [4, undefined],
  ]);
  expect(fields.flatMap(({ bytes }) => [...bytes])).toEqual([...message]);
});

test.each([
  ["a number that does not end", [8, 128]],
  ["a content beyond the end", [...protoHead(1, 3), 1, 2]],
  ["an unknown wire type", [3]],
])("%s is refused", (_, bytes) => {
  expect(() => [...protoFields(Uint8Array.from(bytes))]).toThrow(EngineError);
});
