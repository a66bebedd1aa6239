import { Sam2Config, ShapeError, Tensor } from "@sam2js/core";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { loadModel } from "../__tests__/load-model.js";
import { randomFloats } from "../__tests__/random.js";
import { embeddingsFromReference, embeddingsToReference } from "./image-layout.js";

const golden = loadGolden(fixtureDir("odd-a"));
const reference = [0, 1, 2].map((i) => golden.tensor(`image/a/embeddings/${i}`));

describe("layouts of image embeddings", () => {
  it("give back what they were made from", async () => {
    const config = Sam2Config.parse((await loadModel(golden.dir)).config);
    const decoder = embeddingsFromReference(reference, config);
    const back = embeddingsToReference(decoder, config);
    for (const [i, tensor] of reference.entries()) {
      expect(back[i]?.dims).toEqual(tensor.dims);
      expect(back[i]?.data).toEqual(tensor.data);
    }
  });

  it("refuse embeddings of another config with the name of the tensor", async () => {
    const config = Sam2Config.parse((await loadModel(golden.dir)).config);
    const wrong = [...reference.slice(0, 2), new Tensor("float32", randomFloats(8, 1), [1, 2, 2, 2])];
    expect(() => embeddingsFromReference(wrong, config)).toThrow(ShapeError);
    expect(() => embeddingsFromReference(wrong, config)).toThrow(
      "image_embeddings[2]: expected float32 [1, 40, 8, 8]",
    );
    expect(() => embeddingsFromReference([], config)).toThrow("expected 3 tensors, got 0");
  });
});
