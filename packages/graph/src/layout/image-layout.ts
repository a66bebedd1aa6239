import {
  checkList,
  checkMembers,
  checkSize,
  checkTensor,
  describeValue,
  InputError,
  isTensorLike,
  ShapeError,
  Tensor,
  type TensorLike,
} from "@sam2js/core";
import { subPixelOffset } from "./sub-pixel-offset.js";

/** What the image encoder gives and the decoder takes, of one image; N = h·w, C = 4·c₁ = 8·c₀. */
export interface DecoderEmbeddings<T = Tensor<"float32">> {
  /** float32 [1, N, C]. */
  readonly imageEmbed: T;
  /** float32 [1, N, 4·c₁]: four sub-pixels per token. */
  readonly highRes1: T;
  /** float32 [1, N, 16·c₀]: sixteen sub-pixels per token, nested twice. */
  readonly highRes0: T;
}

/** The reference's image embeddings: float32 [B, c₀, 4h, 4w], [B, c₁, 2h, 2w], [B, C, h, w]. */
export type ReferenceEmbeddings = readonly [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];

/** A level's place in the reference's list: how often each token of the coarsest is halved. */
const DEPTHS = [2, 1, 0] as const;

/**
 * Brings the encoder's outputs for some images into the reference's layout; data is copied.
 *
 * @param size  [h, w] of the coarsest level in tokens
 */
export function embeddingsToReference(
  images: readonly DecoderEmbeddings<TensorLike>[],
  size: readonly [number, number],
): ReferenceEmbeddings {
  checkList(images, "images", "a list of the encoder's outputs, one for each image");
  for (const [index, image] of images.entries()) {
    const parts = ["imageEmbed", "highRes0", "highRes1"] as const;
    checkMembers(image, `images[${index}]`, `the encoder's outputs ${parts.join(", ")}`, ...parts);
  }
  checkSize(size);
  const [height, width] = size;
  const level = (pick: (image: DecoderEmbeddings<TensorLike>) => TensorLike, depth: number) => {
    const [rows, columns] = [height << depth, width << depth];
    const elements = images[0] ? pick(images[0]).data.length : 0;
    const channels = elements / (rows * columns);
    const result = new Float32Array(elements * images.length);
    for (const [index, image] of images.entries()) {
      const source = pick(image).data;
      const target = result.subarray(index * elements, (index + 1) * elements);
      eachElement({ depth, channels, rows, columns }, (inDecoder, inReference) => {
        target[inReference] = source[inDecoder] as number;
      });
    }
    return new Tensor("float32", result, [images.length, channels, rows, columns]);
  };
  return [
    level((image) => image.highRes0, 2),
    level((image) => image.highRes1, 1),
    level((image) => image.imageEmbed, 0),
  ];
}

/**
 * Brings the reference's image embeddings into the decoder's layout, image by image; data is copied.
 *
 * @param tensors  float32 [B, c₀, 4h, 4w], [B, c₁, 2h, 2w], [B, C, h, w]
 * @returns        the images, and [h, w]
 * @throws {InputError} there are not three tensors
 * @throws {ShapeError} their types, batch or sizes do not fit together
 */
export function embeddingsFromReference(tensors: readonly TensorLike[]): {
  readonly images: readonly DecoderEmbeddings[];
  readonly size: readonly [number, number];
} {
  const [, , coarse] = Array.isArray(tensors) ? (tensors as readonly TensorLike[]) : [];
  if (!coarse || tensors.length !== 3 || !tensors.every(isTensorLike)) {
    throw InputError.expected(
      "imageEmbeddings",
      "the three tensors of getImageEmbeddings, high to low resolution",
      describeValue(tensors),
    );
  }
  const [batchSize = 0, , height = 0, width = 0] = coarse.dims;
  const levels = tensors.map((tensor, i) => checkedLevel(tensor, i, [batchSize, height, width]));
  const images = Array.from({ length: batchSize }, (_, image) => {
    const [highRes0, highRes1, imageEmbed] = levels.map((data, i) => {
      const [depth, elements] = [DEPTHS[i] as number, data.length / batchSize];
      const [rows, columns] = [height << depth, width << depth];
      const source = data.subarray(image * elements, (image + 1) * elements);
      const result = new Float32Array(elements);
      eachElement(
        { depth, channels: elements / (rows * columns), rows, columns },
        (inDecoder, inReference) => {
          result[inDecoder] = source[inReference] as number;
        },
      );
      return new Tensor("float32", result, [1, height * width, elements / (height * width)]);
    }) as [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];
    return { imageEmbed, highRes1, highRes0 };
  });
  return { images, size: [height, width] };
}

function checkedLevel(
  tensor: TensorLike,
  index: number,
  [batchSize, height, width]: readonly [number, number, number],
): Float32Array {
  const name = `imageEmbeddings[${index}]`;
  checkTensor(tensor, name);
  const scale = 2 ** (DEPTHS[index] as number);
  const [images, , rows, columns] = tensor.dims;
  const fits = images === batchSize && rows === height * scale && columns === width * scale;
  if (
    !(tensor.data instanceof Float32Array) ||
    tensor.dims.length !== 4 ||
    !fits ||
    tensor.data.length === 0
  ) {
    throw new ShapeError(
      `${name}: expected float32 [${batchSize}, C, ${height * scale}, ${width * scale}] to fit the coarsest level, got ${tensor.type} [${tensor.dims.join(", ")}]`,
      { name, expected: [batchSize, "C", height * scale, width * scale], got: tensor.dims },
    );
  }
  return tensor.data;
}

interface Level {
  readonly depth: number;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** Calls with the offset of each element of one image in either layout. */
function eachElement(
  { depth, channels, rows, columns }: Level,
  visit: (inDecoder: number, inReference: number) => void,
): void {
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const first = subPixelOffset(y, x, columns >> depth, depth) * channels;
      for (let channel = 0; channel < channels; channel++) {
        visit(first + channel, (channel * rows + y) * columns + x);
      }
    }
  }
}
