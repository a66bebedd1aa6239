import { fromBinary } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { AttributeProtoSchema, TensorProtoSchema } from "../__fixtures__/onnx_pb.js";
import { ProtoWriter } from "./proto-writer.js";

it("writes what protobuf reads", () => {
  const out = new ProtoWriter();
  const ints = [0, 1, 127, 128, 2 ** 31, 2 ** 53 - 1, -1, -(2 ** 53 - 1)];
  out.text(1, "größe 大");
  for (const value of ints) out.int(8, value);
  out.float(2, 1e-6);
  out.message(5, () => {
    out.text(8, "inside");
    out.bytes(9, new Uint8Array(100_000).fill(7));
    out.message(13, () => out.text(1, "key"));
  });
  const read = fromBinary(AttributeProtoSchema, out.finish());
  expect(read.name).toBe("größe 大");
  expect(read.ints.map(Number)).toEqual(ints);
  expect(read.f).toBe(Math.fround(1e-6));
  expect(read.t?.name).toBe("inside");
  expect(read.t?.rawData).toEqual(new Uint8Array(100_000).fill(7));
  expect(read.t?.externalData[0]?.key).toBe("key");
});

it("writes a message without fields, and one after it", () => {
  const out = new ProtoWriter();
  out.message(13, () => undefined);
  out.text(8, "after");
  const read = fromBinary(TensorProtoSchema, out.finish());
  expect([read.externalData.length, read.name]).toEqual([1, "after"]);
});
