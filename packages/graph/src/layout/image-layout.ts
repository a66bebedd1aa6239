import { checkTensor, type Sam2Config, ShapeError, Tensor, type TensorLike } from "@sam2js/core";
import { decoderGeometry } from "../decoder/geometry.js";
import { subPixelOffset } from "./sub-pixel-offset.js";

/** What the image encoder gives and the decoder takes; N = h·w, C = 4·c₁ = 8·c₀. */
export interface DecoderEmbeddings {
  /** float32 [1, N, C]. */
  readonly imageEmbed: Tensor<"float32">;
  /** float32 [1, N, 4·c₁]. */
  readonly highRes1: Tensor<"float32">;
  /** float32 [1, N, 16·c₀]. */
  readonly highRes0: Tensor<"float32">;
}

/** The reference's image embeddings of one image: float32 [1, c₀, 4h, 4w], [1, c₁, 2h, 2w], [1, C, h, w]. */
export type ReferenceEmbeddings = readonly [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];

/** Names and sizes of the three maps, coarsest last as in the reference. */
function maps(config: Sam2Config) {
  const { channels, fine, height, width } = decoderGeometry(config);
  return ([fine[1], fine[0], channels] as const).map((count, i) => {
    const depth = 2 - i;
    const factor = 2 ** depth;
    return {
      depth,
      channels: count,
      tokens: width,
      height: height * factor,
      width: width * factor,
      decoderDims: [1, height * width, factor * factor * count],
      referenceDims: [1, count, height * factor, width * factor],
    };
  });
}

/**
 * Brings the encoder's outputs into the reference's layout; data is copied.
 *
 * @throws {ShapeError} a tensor is not what the config says
 */
export function embeddingsToReference(
  { imageEmbed, highRes1, highRes0 }: Readonly<Record<keyof DecoderEmbeddings, TensorLike>>,
  config: Sam2Config,
): ReferenceEmbeddings {
  const named = { highRes0, highRes1, imageEmbed };
  const tensors = Object.entries(named).map(([name, tensor], i) => {
    const map = maps(config)[i] as ReturnType<typeof maps>[number];
    const source = floats(tensor, name, map.decoderDims);
    const result = new Float32Array(source.length);
    eachElement(map, (inDecoder, inReference) => {
      result[inReference] = source[inDecoder] as number;
    });
    return new Tensor("float32", result, map.referenceDims);
  });
  return tensors as unknown as ReferenceEmbeddings;
}

/**
 * Brings the reference's image embeddings of one image into the decoder's layout; data is copied.
 *
 * @param embeddings  float32 [1, c₀, 4h, 4w], [1, c₁, 2h, 2w], [1, C, h, w]
 * @throws {ShapeError} there are not three tensors, or one is not what the config says
 */
export function embeddingsFromReference(
  embeddings: readonly TensorLike[],
  config: Sam2Config,
): DecoderEmbeddings {
  if (embeddings.length !== 3) {
    throw new ShapeError(
      `image_embeddings: expected 3 tensors, got ${embeddings.length}; give one per feature level`,
      {
        count: embeddings.length,
      },
    );
  }
  const [highRes0, highRes1, imageEmbed] = embeddings.map((tensor, i) => {
    const map = maps(config)[i] as ReturnType<typeof maps>[number];
    const source = floats(tensor, `image_embeddings[${i}]`, map.referenceDims);
    const result = new Float32Array(source.length);
    eachElement(map, (inDecoder, inReference) => {
      result[inDecoder] = source[inReference] as number;
    });
    return new Tensor("float32", result, map.decoderDims);
  }) as [Tensor<"float32">, Tensor<"float32">, Tensor<"float32">];
  return { imageEmbed, highRes1, highRes0 };
}

/** Calls with the offset of each element in either layout. */
function eachElement(
  { depth, channels, tokens, height, width }: ReturnType<typeof maps>[number],
  visit: (inDecoder: number, inReference: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = subPixelOffset(y, x, tokens, depth) * channels;
      for (let channel = 0; channel < channels; channel++) {
        visit(first + channel, (channel * height + y) * width + x);
      }
    }
  }
}

function floats(tensor: TensorLike, name: string, dims: readonly number[]): Float32Array {
  checkTensor(tensor, name);
  if (String(tensor.dims) !== String(dims) || !(tensor.data instanceof Float32Array)) {
    throw new ShapeError(
      `${name}: expected float32 [${dims.join(", ")}], got ${tensor.type} [${tensor.dims.join(", ")}]; use embeddings of a model of the same config`,
      { name, expected: dims, got: tensor.dims },
    );
  }
  return tensor.data;
}
