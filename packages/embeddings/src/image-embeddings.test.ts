import { DisposedError, InputError, ShapeError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { ImageEmbeddings } from "./image-embeddings.js";

function counted(dims: readonly number[], from = 0): Tensor<"float32"> {
  const size = dims.reduce((product, each) => product * each, 1);
  return new Tensor(
    "float32",
    Float32Array.from({ length: size }, (_, i) => from + i),
    dims,
  );
}

/** Levels of 2 images, 3 x 2 cells, 8 channels. */
const levels = () =>
  [counted([2, 1, 12, 8], 1000), counted([2, 2, 6, 4], 500), counted([2, 8, 3, 2])] as const;

describe("ImageEmbeddings", () => {
  it("gives the reference's tensors back as it took them", async () => {
    const tensors = await ImageEmbeddings.fromTensors(levels()).toTensors();
    for (const [index, tensor] of levels().entries()) expect(tensors[index]).toEqual(tensor);
  });

  it("lays finer levels out as sub-pixels of a cell", () => {
    const middle = ImageEmbeddings.fromTensors(levels()).image(0).tensors.highRes1 as Tensor;
    expect(middle.dims).toEqual([1, 6, 8]);
    // cell (0, 0), sub-pixels (0,0) (0,1) (1,0) (1,1), two channels each
    expect([...middle.data.subarray(0, 8)]).toEqual([500, 524, 501, 525, 504, 528, 505, 529]);
  });

  it("survives serialize and deserialize", async () => {
    const bytes = await ImageEmbeddings.fromTensors(levels()).serialize();
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const tensors = await ImageEmbeddings.deserialize(shifted.subarray(1)).toTensors();
    for (const [index, tensor] of levels().entries()) expect(tensors[index]).toEqual(tensor);
  });

  it("refuses the bytes of another model", async () => {
    const own = ImageEmbeddings.fromTensors(levels());
    const made = new ImageEmbeddings([own.image(0).tensors], own.size, "a@64");
    const bytes = await made.serialize();
    expect(() => ImageEmbeddings.deserialize(bytes, { name: "m", fingerprint: "b@64" })).toThrow(
      /another model/,
    );
    expect(ImageEmbeddings.deserialize(bytes, { name: "m", fingerprint: "a@64" }).batchSize).toBe(1);
  });

  it("answers damaged bytes with a typed error, whatever is changed", async () => {
    const bytes = await ImageEmbeddings.fromTensors([
      counted([1, 1, 4, 4]),
      counted([1, 1, 2, 2]),
      counted([1, 2, 1, 1]),
    ]).serialize();
    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(bytes.subarray(0, length))).toBe(true);
    }
    for (let at = 0; at < 100; at++) {
      for (const value of [0, 1, 0x22, 0x7f, 0xff]) {
        const broken = bytes.slice();
        broken[at] = value;
        expect(refusal(broken)).toBe(true);
      }
    }
  });

  it.each([
    ["two levels", levels().slice(1)],
    ["a level of another size", [counted([2, 1, 8, 8]), ...levels().slice(1)]],
    ["another batch", [counted([1, 1, 12, 8]), ...levels().slice(1)]],
  ])("refuses %s", (_, tensors) => {
    expect(() => ImageEmbeddings.fromTensors(tensors)).toThrow(/imageEmbeddings/);
    try {
      ImageEmbeddings.fromTensors(tensors);
    } catch (error) {
      expect(InputError.isInstance(error)).toBe(true);
      expect(ShapeError.isInstance(error)).toBe(tensors.length === 3);
    }
  });

  it("cannot be used after dispose", async () => {
    const embeddings = ImageEmbeddings.fromTensors(levels());
    await embeddings.dispose();
    await embeddings.dispose();
    expect(() => embeddings.image(0)).toThrow(/after dispose/);
    await expect(embeddings.toTensors()).rejects.toSatisfy((error) => DisposedError.isInstance(error));
  });
});

/** Whether the bytes are read as embeddings, or refused with a typed error; anything else is a bug. */
function refusal(bytes: Uint8Array): boolean {
  try {
    return ImageEmbeddings.deserialize(bytes).batchSize >= 0;
  } catch (error) {
    return InputError.isInstance(error);
  }
}
