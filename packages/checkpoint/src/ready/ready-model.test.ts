import { CheckpointError, NotFoundError, Sam2Error } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { openModel } from "../open/open-model.js";
import { block, varint } from "./proto-fields.js";
import { readOnnx } from "./read-onnx.js";
import { findReadyModel } from "./ready-model.js";

const text = (value: string) => new TextEncoder().encode(value);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const field = (number: number, ...parts: readonly Uint8Array[]) => join(...block(number, ...parts));
const number = (at: number, value: number) => join(varint(8 * at), varint(value));

/** `ValueInfoProto` of float32. */
function value(name: string, dims: readonly (number | string)[]): Uint8Array {
  const sizes = dims.map((size) =>
    field(1, typeof size === "number" ? number(1, size) : field(2, text(size))),
  );
  return join(field(1, text(name)), field(2, field(1, number(1, 1), field(2, ...sizes))));
}

/** `TensorProto` of float32 whose data is elsewhere. */
function external(entries: Readonly<Record<string, string>>, dims = [4]): Uint8Array {
  const written = Object.entries(entries).map(([key, each]) =>
    field(13, field(1, text(key)), field(2, text(each))),
  );
  const head = [...dims.map((size) => number(1, size)), number(2, 1), field(8, text("w"))];
  return join(...head, ...written, number(14, 1));
}

/** `ModelProto` of a graph with these fields. */
function model(
  inputs: readonly Uint8Array[],
  outputs: readonly Uint8Array[],
  ...more: readonly Uint8Array[]
) {
  const values = [...inputs.map((each) => field(11, each)), ...outputs.map((each) => field(12, each))];
  return join(number(1, 9), field(7, ...more, ...values));
}

const ENCODER = model(
  [value("image", ["batch", 3, 64, 64])],
  ["high_res_feats_0", "high_res_feats_1", "image_embed"].map((name) => value(name, [1, 8, 4, 4])),
);
const decoder = (...more: readonly Uint8Array[]) =>
  model(
    [value("image_embed", [1, 8, 4, 4]), value("w", [4])],
    ["masks", "iou_predictions"].map((name) => value(name, ["n", 3])),
    ...more,
  );

const find = async (files: Record<string, Uint8Array>) =>
  findReadyModel(await openModel({ name: "made up", files }));

describe("findReadyModel", () => {
  it("finds two files with their sizes, and gives an initializer no input", async () => {
    const files = {
      "encoder.onnx": ENCODER,
      "decoder.onnx": decoder(field(5, external({ location: "w.bin" }))),
    };
    const found = await find({ ...files, "w.bin": new Uint8Array(16) });
    expect(found).toMatchObject({ layout: "two-file", imageSize: 64 });
    expect(found?.encoder.inputs).toEqual([{ name: "image", type: "float32", dims: ["image.0", 3, 64, 64] }]);
    expect(found?.decoder.inputs.map(({ name }) => name)).toEqual(["image_embed"]);
    expect(found?.decoder.outputs.map(({ name }) => name)).toEqual(["masks", "iou_predictions"]);
  });

  it("tells the engine where weights are, and writes the graph with where they went", async () => {
    const entries = { location: "w.bin", offset: "8", length: "16", checksum: "x" };
    const files = { "encoder.onnx": ENCODER, "decoder.onnx": decoder(field(5, external(entries))) };
    const found = await find({ ...files, "w.bin": new Uint8Array(24) });
    const { model: bytes } = await (found as typeof found & object).decoder.build(async (ranges) => {
      expect(ranges).toEqual([{ location: "w.bin", byteOffset: 8, byteLength: 16 }]);
      return [{ location: "elsewhere", byteOffset: 64 }];
    });
    expect(readOnnx(bytes, "again").external).toEqual([
      { location: "elsewhere", byteOffset: 64, byteLength: 16 },
    ]);
  });

  it("finds none where there is none, and says which file is missing", async () => {
    expect(await find({ "other.txt": new Uint8Array() })).toBeUndefined();
    await expect(find({ "encoder.onnx": ENCODER })).rejects.toThrow(NotFoundError);
    await expect(find({ "encoder.onnx": ENCODER })).rejects.toThrow("decoder.onnx beside encoder.onnx");
    const files = {
      "encoder.onnx": ENCODER,
      "decoder.onnx": decoder(field(5, external({ location: "w.bin" }))),
    };
    await expect(find(files)).rejects.toThrow("its weights in w.bin");
    const two = { "a.encoder.onnx": ENCODER, "b.encoder.onnx": ENCODER, "a.decoder.onnx": decoder() };
    await expect(find(two)).rejects.toThrow("one encoder and one decoder");
  });

  it.each(["../w.bin", "/etc/passwd", "a/w.bin", "..", "C:w.bin", "a\\w.bin", ""])(
    "refuses weights at %j, outside of the folder",
    async (location) => {
      const files = { "encoder.onnx": ENCODER, "decoder.onnx": decoder(field(5, external({ location }))) };
      await expect(find({ ...files, "w.bin": new Uint8Array(16) })).rejects.toThrow(CheckpointError);
    },
  );

  it("refuses weights of other files that hide in nodes, inner graphs, functions and training", async () => {
    const tensor = external({ location: "w.bin" });
    const attribute = field(5, field(1, text("value")), field(5, tensor));
    const inner = field(5, field(6, field(5, tensor)));
    const graph = decoder();
    const sparse = field(15, field(1, tensor));
    for (const hidden of [
      decoder(field(1, attribute)),
      decoder(field(1, inner)),
      decoder(sparse),
      join(graph, field(25, field(7, attribute))),
      join(graph, field(20, field(1, field(5, tensor)))),
    ]) {
      const files = { "encoder.onnx": ENCODER, "decoder.onnx": hidden, "w.bin": new Uint8Array(16) };
      await expect(find(files)).rejects.toThrow("weights of other files in initializers only");
    }
  });

  it("refuses offsets and lengths that are none, and graphs without end", async () => {
    for (const entries of [{ offset: "-4" }, { length: "1e99" }, { offset: "" }, { length: "0x" }]) {
      const written = decoder(field(5, external({ location: "w.bin", ...entries })));
      expect(() => readOnnx(written, "d")).toThrow(CheckpointError);
    }
    let deep: Uint8Array = field(12, value("y", [1]));
    for (let i = 0; i < 40; i++) deep = field(1, field(5, field(6, deep)));
    expect(() => readOnnx(join(field(7, deep)), "d")).toThrow("at most 16 deep");
  });

  it("reads damaged bytes as damaged and never otherwise", () => {
    const whole = decoder(field(5, external({ location: "w.bin" })));
    for (let i = 0; i < 2000; i++) {
      const bytes = whole.slice(0, 1 + (i % whole.length));
      bytes[(i * 31) % bytes.length] = (i * 7) % 256;
      try {
        readOnnx(bytes, "damaged");
      } catch (error) {
        expect(Sam2Error.isInstance(error), String(error)).toBe(true);
      }
    }
  });
});
