import { CheckpointError } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { float32, safetensors, withHeader } from "../__fixtures__/safetensors.js";
import { bytesFile } from "../index.js";
import { MAX_HEADER_BYTES, MAX_TENSORS } from "../limits.js";
import { readSafetensorsHeader } from "./read-header.js";

function read(bytes: Uint8Array) {
  return readSafetensorsHeader(bytesFile("t.safetensors", bytes), "models/t.safetensors");
}

async function refusal(bytes: Uint8Array): Promise<CheckpointError> {
  const error = await read(bytes).then(
    () => new TypeError("it was accepted"),
    (reason) => reason,
  );
  if (!CheckpointError.isInstance(error)) throw error;
  expect(error.message).toMatch(/^models\/t\.safetensors: .*; .+/s);
  return error;
}

/** A header text over `dataBytes` zeros. */
function file(header: string, dataBytes = 0): Uint8Array {
  return withHeader(header, new Uint8Array(dataBytes));
}

describe("a valid file", () => {
  test("gives entries in file order with offsets from the start of the file", async () => {
    const bytes = safetensors([float32("b", [2, 3], [1, 2, 3, 4, 5, 6]), float32("a", [], [7])]);
    const { entries, metadata } = await read(bytes);
    const start = bytes.length - 28;
    expect(entries).toEqual([
      { name: "b", dtype: "F32", dims: [2, 3], byteOffset: start, byteLength: 24 },
      { name: "a", dtype: "F32", dims: [], byteOffset: start + 24, byteLength: 4 },
    ]);
    expect(metadata).toEqual(new Map([["format", "pt"]]));
  });

  test.each([
    ["no tensor at all", "{}", 0, []],
    ["spaces behind the header", '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}      ', 1, ["a"]],
    ["an empty tensor", '{"a":{"dtype":"F32","shape":[0,9007199254740991],"data_offsets":[0,0]}}', 0, ["a"]],
    ["half bytes that add up", '{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}}', 2, ["a"]],
    ["unknown fields", '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":[{}]}}', 1, ["a"]],
    [
      "names that mean something in JavaScript",
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
      2,
      ["__proto__", "constructor"],
    ],
    ["escaped names", '{"\\u0061\\n":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1, ["a\n"]],
  ])("may have %s", async (_, header, dataBytes, names) => {
    expect((await read(file(header, dataBytes))).entries.map(({ name }) => name)).toEqual(names);
  });
});

describe("a file is refused", () => {
  const tensor = (fields: string) => `{"w":{${fields}}}`;
  test.each([
    ["that is empty", new Uint8Array(), "at least 8 bytes, got 0"],
    ["shorter than its length field", new Uint8Array(7), "at least 8 bytes, got 7"],
    [
      "whose header leaves the file",
      withHeader("{}").slice(0, 9),
      "expected 10 bytes for the header, got a file of 9",
    ],
    ["whose header is empty", file(""), "starts with {"],
    ["whose header does not start with {", file(" {}"), "starts with {"],
    ["whose header is no object", file("[]"), "starts with {"],
    ["whose header is not UTF-8", withHeader(Uint8Array.of(0x7b, 0xff, 0x7d)), "UTF-8"],
    ["whose header is cut", file('{"a":'), "unexpected end"],
    ["with text behind the header's object", file("{}x"), "text after the end"],
    ["with a trailing comma", file('{"a":{},}'), "expected a string"],
    [
      "with a name given twice",
      file(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      'key "a" is given twice',
    ],
    [
      "with a name given twice in different spelling",
      file('{"a":{},"\\u0061":{}}'),
      'key "a" is given twice',
    ],
    [
      "with a field given twice",
      file(tensor('"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]'), 1),
      "given twice",
    ],
    ["with metadata that is no object", file('{"__metadata__":"x"}'), "__metadata__: expected an object"],
    [
      "with metadata that is no string",
      file('{"__metadata__":{"a":1}}'),
      "__metadata__.a: expected a string, got 1",
    ],
    ["with a tensor that is no object", file('{"w":1}'), 'tensor "w": expected an object'],
    ["with an unknown dtype", file(tensor('"dtype":"F31","shape":[1],"data_offsets":[0,4]'), 4), '"F31"'],
    [
      "with a dtype that is a property of objects",
      file(tensor('"dtype":"toString","shape":[1],"data_offsets":[0,4]'), 4),
      '"toString"',
    ],
    ["without a dtype", file(tensor('"shape":[1],"data_offsets":[0,4]'), 4), "got nothing"],
    ["with a negative size", file(tensor('"dtype":"U8","shape":[-1],"data_offsets":[0,1]'), 1), "got [-1]"],
    [
      "with a size that is no whole number",
      file(tensor('"dtype":"U8","shape":[1.5],"data_offsets":[0,1]'), 1),
      "got [1.5]",
    ],
    [
      "with a size beyond exact numbers",
      file(tensor('"dtype":"U8","shape":[9007199254740992],"data_offsets":[0,1]'), 1),
      "shape",
    ],
    [
      "with an infinite size",
      file(tensor('"dtype":"U8","shape":[1e999],"data_offsets":[0,1]'), 1),
      "got [Infinity]",
    ],
    [
      "with a product of sizes beyond exact numbers",
      file(tensor('"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,1]'), 1),
      "more than a file can hold",
    ],
    [
      "with too many axes",
      file(tensor(`"dtype":"U8","shape":[${"1,".repeat(16)}1],"data_offsets":[0,1]`), 1),
      "at most 16",
    ],
    ["with one offset", file(tensor('"dtype":"U8","shape":[1],"data_offsets":[0]'), 1), "[begin, end]"],
    [
      "with offsets in the wrong order",
      file(tensor('"dtype":"U8","shape":[1],"data_offsets":[1,0]'), 1),
      "begin <= end, got [1, 0]",
    ],
    [
      "with offsets behind its end",
      file(tensor('"dtype":"U8","shape":[2],"data_offsets":[0,2]'), 1),
      "within the 1 bytes",
    ],
    [
      "whose shape and length disagree",
      file(tensor('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), 4),
      "expected 8 bytes for F32 [2], got 4",
    ],
    [
      "with half a byte left over",
      file(tensor('"dtype":"F4","shape":[3],"data_offsets":[0,2]'), 2),
      "1.5 bytes",
    ],
    [
      "with a hole before the first tensor",
      file(tensor('"dtype":"U8","shape":[1],"data_offsets":[1,2]'), 2),
      "(a hole)",
    ],
    [
      "with a hole between tensors",
      file(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}',
        3,
      ),
      "(a hole)",
    ],
    [
      "with an overlap",
      file(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        3,
      ),
      "(an overlap)",
    ],
    [
      "with bytes behind the last tensor",
      file(tensor('"dtype":"U8","shape":[1],"data_offsets":[0,1]'), 2),
      "to end at byte",
    ],
    ["with bytes behind an empty header", file("{}", 1), "to end at byte"],
  ])("%s", async (_, bytes, message) => {
    expect((await refusal(bytes)).message).toContain(message);
  });

  test("whose length field asks for more than a header may have, before anything is read", async () => {
    const prefix = new Uint8Array(8).fill(0xff);
    expect((await refusal(prefix)).message).toContain("got 18446744073709551615");
    const asked: number[] = [];
    const claims = new Uint8Array(8);
    new DataView(claims.buffer).setBigUint64(0, BigInt(MAX_HEADER_BYTES + 1), true);
    const huge = { ...bytesFile("huge", claims), sizeBytes: 1e12 };
    const spying = {
      ...huge,
      read: (begin: number, end: number) => {
        asked.push(end - begin);
        return huge.read(begin, end);
      },
    };
    await expect(readSafetensorsHeader(spying, "huge")).rejects.toThrow("at most");
    expect(asked).toEqual([8]);
  });

  test("with more entries than a model has", async () => {
    const names = Array.from(
      { length: MAX_TENSORS + 2 },
      (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
    );
    expect((await refusal(file(`{${names.join(",")}}`))).message).toContain("more than");
  });

  test("with nesting that would overflow the stack", async () => {
    for (const bracket of ["[", '{"a":']) {
      expect((await refusal(file(`{"a":${bracket.repeat(1_000_000)}`))).message).toContain("nesting deeper");
    }
  });

  test.each([
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1", "git lfs pull"],
    ["a web page", "<!doctype html><html></html>", "web page"],
    ["a zip file, as PyTorch writes", "PK\u0003\u0004 and more", "zip"],
  ])("that is %s, and the message says so", async (_, text, message) => {
    expect((await refusal(new TextEncoder().encode(text))).message).toContain(message);
  });

  test("naming the tensor in a field for programs, and long names cut in the message", async () => {
    const name = "n".repeat(10_000);
    const error = await refusal(file(`{"${name}":{"dtype":"F32","shape":[1],"data_offsets":[0,1]}}`, 1));
    expect(error.facts.tensor).toBe(name);
    expect(error.message.length).toBeLessThan(1000);
  });
});
