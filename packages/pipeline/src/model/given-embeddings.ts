import { describeValue, type ImageModelConfig, InputError, ShapeError } from "@sam2js/core";
import { ImageEmbeddings } from "@sam2js/embeddings";

/** What embeddings must fit. */
interface Maker {
  readonly name: string;
  readonly config: ImageModelConfig;
  readonly fingerprint: string;
}

/**
 * The handle of embeddings that a user gives: the handle itself, or one made of the reference's three tensors.
 *
 * @throws {InputError} neither of them, or made by another model  @throws {ShapeError} for another image size
 */
export function givenEmbeddings(given: unknown, model: Maker): ImageEmbeddings {
  if (!(given instanceof ImageEmbeddings) && !Array.isArray(given)) {
    const expected = "a handle of getImageEmbeddings, or a list of three tensors";
    throw new InputError(
      `imageEmbeddings: expected ${expected}, got ${describeValue(given)}; pass what getImageEmbeddings returned`,
      { name: "imageEmbeddings", expected, got: given },
    );
  }
  const handle = given instanceof ImageEmbeddings ? given : ImageEmbeddings.fromTensors(given);
  handle.assertMadeBy(model);
  const { embeddingSize: side, imageSize } = model.config;
  if (handle.size[0] !== side || handle.size[1] !== side) {
    throw new ShapeError(
      `imageEmbeddings: expected [${side}, ${side}] cells for ${imageSize}-pixel inputs, got [${handle.size.join(", ")}]; encode the image with this model`,
      { name: "imageEmbeddings", expected: [side, side], got: handle.size },
    );
  }
  return handle;
}
