import { InputError, ShapeError, Tensor } from "@sam2js/core";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { randomFloats } from "../__tests__/random.js";
import { embeddingsFromReference, embeddingsToReference } from "./image-layout.js";

const golden = loadGolden(fixtureDir("odd-a"));
const reference = [0, 1, 2].map((i) => golden.tensor(`image/a/embeddings/${i}`));

describe("layouts of image embeddings", () => {
  it("give back what they were made from", () => {
    const { images, size } = embeddingsFromReference(reference);
    const back = embeddingsToReference(images, size);
    for (const [i, tensor] of reference.entries()) {
      expect(back[i]?.dims).toEqual(tensor.dims);
      expect(back[i]?.data).toEqual(tensor.data);
    }
  });

  it("refuse levels that do not fit together with the name of the tensor", () => {
    const wrong = [...reference.slice(0, 2), new Tensor("float32", randomFloats(8, 1), [1, 2, 2, 2])];
    expect(() => embeddingsFromReference(wrong)).toThrow(ShapeError);
    expect(() => embeddingsFromReference(wrong)).toThrow("imageEmbeddings[0]: expected float32 [1, C, 8, 8]");
    expect(() => embeddingsFromReference([])).toThrow(InputError);
  });
});
