import { CheckpointError } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { concat } from "../__fixtures__/concat.js";
import {
  type Member,
  type TorchTensor,
  torchFile,
  torchMembers,
  torchPickle,
  zip,
} from "../__fixtures__/torch-file.js";
import { bytesFile } from "../index.js";
import { readState } from "./read-state.js";

const floats = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
const MATRIX: TorchTensor = { dims: [2, 3], bytes: floats([1, 2, 3, 4, 5, 6]) };
const HALF: TorchTensor = {
  dims: [4],
  bytes: new Uint8Array(8),
  storage: "BFloat16Storage",
  elementBytes: 2,
};
const PICKLE = torchPickle({ a: MATRIX });
const MEMBERS = torchMembers(PICKLE, [MATRIX.bytes]);

const read = (bytes: Uint8Array) => readState(bytesFile("m", bytes), "m");
const text = (value: string) => new TextEncoder().encode(value);
/** The members with one changed. */
const changed = (name: string, change: Partial<Member>) =>
  zip(MEMBERS.map((member) => (member.name === name ? { ...member, ...change } : member)));

async function failure(bytes: Uint8Array): Promise<string> {
  const error = await read(bytes).then(
    () => new TypeError("it was read"),
    (reason) => reason,
  );
  if (!CheckpointError.isInstance(error)) throw error;
  return error.message;
}

describe("readState", () => {
  test("finds tensors where they lie, under model, state_dict, another name or none", async () => {
    for (const key of ["model", "state_dict", "model_state_dict", null]) {
      const file = torchFile({ a: MATRIX, b: HALF }, key);
      const tensors = await read(file);
      expect([...tensors.keys()]).toEqual(["a", "b"]);
      const { byteOffset, byteLength, ...a } = tensors.get("a") ?? { byteOffset: 0, byteLength: 0 };
      expect(a).toMatchObject({ dtype: "F32", dims: [2, 3] });
      expect(file.slice(byteOffset, byteOffset + byteLength)).toEqual(MATRIX.bytes);
      expect(tensors.get("b")).toMatchObject({ dtype: "BF16", dims: [4], byteLength: 8 });
    }
  });

  test("reads zip64 directories and comments", async () => {
    const members = torchMembers(PICKLE, [MATRIX.bytes]);
    const long = (await read(zip(members, { isLong: true }))).get("a");
    expect({ ...long, file: undefined }).toEqual({ ...(await read(zip(members))).get("a"), file: undefined });
    expect((await read(zip(members, { comment: "PK\u0005\u0006 is no end" }))).size).toBe(1);
  });

  test("strides of axes of size 1 say nothing", async () => {
    const tensors = await read(torchFile({ a: { ...MATRIX, dims: [1, 6, 1], strides: [7, 1, 9] } }));
    expect(tensors.get("a")?.dims).toEqual([1, 6, 1]);
  });

  // Expected numbers: torch.arange(24).reshape(2, 3, 4).permute(2, 0, 1) and the like.
  test.each([
    ["U8", Uint8Array, "ByteStorage"],
    ["F16", Uint16Array, "HalfStorage"],
    ["F32", Uint32Array, "FloatStorage"],
    ["I64", BigUint64Array, "LongStorage"],
  ] as const)("copies a view in another order than its axes, %s", async (dtype, Numbers, storage) => {
    const make = (values: Iterable<number>) =>
      Numbers === BigUint64Array
        ? BigUint64Array.from([...values].map(BigInt))
        : (Numbers as typeof Uint8Array).from(values);
    const all = make(Array.from({ length: 24 }, (_, i) => i));
    const shared = { bytes: new Uint8Array(all.buffer), storage, elementBytes: all.BYTES_PER_ELEMENT };
    const expected = [0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23];
    for (const [dims, strides, values] of [
      [[4, 2, 3], [1, 12, 4], expected],
      [
        [3, 2],
        [8, 1],
        [0, 1, 8, 9, 16, 17],
      ], // every other row of [6, 4], two columns of it
      [
        [2, 3],
        [0, 2],
        [0, 2, 4, 0, 2, 4],
      ], // expanded
    ] as const) {
      const record = (await read(torchFile({ a: { ...shared, dims, strides } }))).get("a");
      const { byteOffset = 0, byteLength = 0 } = record ?? {};
      const bytes = await record?.file.read(byteOffset, byteOffset + byteLength);
      expect(record).toMatchObject({ dtype, dims });
      expect(bytes).toEqual(new Uint8Array(make(values).buffer));
    }
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["no zip", text("hello, this is a text"), /expected a zip file.*torch\.load/],
    [
      "an older pickle",
      Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46),
      /a pickle of an older form; .*torch\.save/,
    ],
    ["a Git LFS pointer", text("version https://git-lfs.github.com/spec/v1"), /git lfs pull/],
    ["a web page", text("<!doctype html><title>404</title>"), /web page/],
    ["a cut file", torchFile({ a: MATRIX }).slice(0, -30), /end of a zip directory/],
    ["an empty file", new Uint8Array(), /expected a zip file/],
    ["no data.pkl", zip(MEMBERS.slice(1)), /one data\.pkl/],
    ["two of them", zip([...MEMBERS, { name: "y/data.pkl", bytes: PICKLE }]), /one data\.pkl.*got 2/],
    ["a program", zip([...MEMBERS, { name: "x/constants.pkl", bytes: PICKLE }]), /TorchScript/],
    [
      "a program with its code",
      zip([{ name: "x/code/a.py", bytes: text("a"), method: 8 }, ...MEMBERS]),
      /TorchScript/,
    ],
    ["big-endian", changed("x/byteorder", { bytes: text("big") }), /byte order little, got "big"/],
    ["compressed tensors", changed("x/data/0", { method: 8 }), /data\/0.*compression method 8/],
    ["a compressed pickle", changed("x/data.pkl", { method: 8 }), /data\.pkl.*compression method 8/],
    ["encryption", changed("x/data/0", { flags: 1 }), /encrypted/],
    ["a symbolic link", changed("x/data/0", { attributes: 0o120777 * 65536 }), /symbolic link/],
    ["a lying size", changed("x/data/0", { sizeBytes: 20 }), /20 bytes, as the directory says, got 24/],
    ["a member twice", zip([...MEMBERS, { name: "x/version", bytes: text("4") }]), /each name once/],
    ["members that overlap", changed("x/data/0", { headerOffset: 0 }), /members overlap/],
    ["a place behind the end", changed("x/data/0", { headerOffset: 1e6 }), /place before the directory/],
    ["a size beyond the end", changed("x/data/0", { sizeBytes: 1e9 }), /as the directory says/],
    ["a lost storage", zip(torchMembers(PICKLE)), /a member data\/0, got none/],
    [
      "another size than the pickle says",
      changed("x/data/0", { bytes: new Uint8Array(20) }),
      /24 bytes for 6 elements of F32, got 20/,
    ],
    [
      "a tensor beyond its storage",
      torchFile({ a: { ...MATRIX, dims: [2, 4] } }),
      /\[2, 4\].*within 6 elements/,
    ],
    ["a huge shape", torchFile({ a: { ...MATRIX, dims: [2 ** 31 - 1, 2 ** 31 - 1] } }), /within 6 elements/],
    [
      "a view beyond its storage",
      torchFile({ a: { ...MATRIX, strides: [1, 3] } }),
      /\[2, 3\].*within 6 elements/,
    ],
    [
      "a view that would be large",
      torchFile({ a: { ...MATRIX, dims: [4096, 4096], strides: [0, 0] } }),
      /strides \[0, 0\] for \[4096, 4096\]; .*contiguous/,
    ],
    ["no tensors", torchFile({}), /tensors under "model", got none/],
  ])("refuses %s", async (_, bytes, message) => {
    expect(await failure(bytes)).toMatch(message);
  });
});

describe("the pickle", () => {
  const wrap = (...body: readonly (string | readonly number[])[]) =>
    zip(
      torchMembers(
        concat([
          Uint8Array.of(0x80, 2),
          ...body.map((part) => (typeof part === "string" ? text(part) : Uint8Array.from(part))),
        ]),
      ),
    );

  test.each<[string, Uint8Array, RegExp]>([
    [
      "a call of os.system",
      wrap("cos\nsystem\n(X", [2, 0, 0, 0], "lstR."),
      /"os\.system", which is not loaded/,
    ],
    ["a call by names on the stack", wrap([0x8c, 2], "os", [0x8c, 6], "system", [0x93], "."), /"os\.system"/],
    ["builtins.eval", wrap("cbuiltins\neval\n."), /"builtins\.eval"/],
    ["a class of its own", wrap("c__main__\nConfig\n)", [0x81], "."), /"__main__\.Config"/],
    [
      "a storage as a function",
      wrap("ctorch\nFloatStorage\n)R."),
      /a call that makes a dict or a tensor, got one of torch\.FloatStorage/,
    ],
    ["an OrderedDict with items", wrap("ccollections\nOrderedDict\n(]tR."), /a call that makes/],
    ["a tensor of no storage", wrap("ctorch._utils\n_rebuild_tensor_v2\n(NK\0))tR."), /a tensor: storage/],
    ["names that are lists", wrap("]]", [0x93], "."), /two names/],
    ["attributes of a list", wrap("]}b."), /attributes of a dict/],
    ["the instruction REDUCE of nothing", wrap("R."), /2 objects, got fewer/],
    ["what is below a mark", wrap("N(R."), /2 objects, got fewer/],
    ["INST, an older call", wrap("(ios\nsystem\n."), /0x69 at byte/],
    ["an extension registry", wrap([0x82, 1], "."), /0x82 at byte/],
    ["protocol 0", zip(torchMembers(text("I1\n."))), /0x49 at byte/],
    ["protocol 9", zip(torchMembers(Uint8Array.of(0x80, 9, 0x4e, 0x2e))), /protocol 2, 3, 4, 5, got 9/],
    ["a memory that was not filled", wrap("h\x05."), /made before, got number 5/],
    ["text of 4 GB", wrap("X", [255, 255, 255, 255], "."), /4294967295 more bytes/],
    ["text that is no UTF-8", wrap("X", [1, 0, 0, 0, 0xff], "."), /UTF-8/],
    ["a number of 200 bytes", wrap([0x8a, 200], "."), /at most 17 bytes/],
    [
      "a size of 2^60",
      wrap(
        "(X",
        [7, 0, 0, 0],
        "storagectorch\nFloatStorage\nX\0\0\0\0X\0\0\0\0",
        [0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 16],
        "tQ.",
      ),
      /a storage of tensors, got another object/,
    ],
    ["no end", wrap("N"), /the end of the pickle/],
    ["1,000 levels", wrap("(".repeat(1000), "."), /at most 64 levels/],
    ["a million steps", wrap("N".repeat(1e6), "."), /at most 400000 instructions/],
    ["5 MB", wrap("N".repeat(5e6), "."), /data\.pkl of at most/],
    ["a list that holds itself", wrap("]q\0h\0a."), /a dict of tensors, got another object/],
  ])("is refused with %s", async (_, bytes, message) => {
    expect(await failure(bytes)).toMatch(message);
  });

  test("may hold other plain things beside the tensors", async () => {
    const state = torchPickle({ a: MATRIX }, null).slice(2, -1);
    const pickle = concat([
      Uint8Array.of(0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0),
      text("}(X"),
      Uint8Array.of(5, 0, 0, 0),
      text("epoch"),
      Uint8Array.of(0x8a, 2, 1, 1, 0x94),
      Uint8Array.of(0x8c, 4),
      text("seed"),
      Uint8Array.of(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0), // 2^63
      Uint8Array.of(0x8c, 4),
      text("loss"),
      text("G"),
      new Uint8Array(8),
      Uint8Array.of(0x8c, 5),
      text("steps](K"),
      Uint8Array.of(1),
      text("K"),
      Uint8Array.of(2),
      text("e"),
      Uint8Array.of(0x8c, 5),
      text("model"),
      text("}"), // what the model is called, say
      Uint8Array.of(0x8c, 7),
      text("weights"),
      state,
      text("u."),
    ]);
    expect([...(await read(zip(torchMembers(pickle, [MATRIX.bytes])))).keys()]).toEqual(["a"]);
  });
});
