import { type Sam2Config, Tensor, type WeightTable } from "@sam2js/core";

const NAMES = [
  "shared_image_embedding.positional_embedding",
  "prompt_encoder.shared_embedding.positional_embedding",
] as const;

/**
 * Random Fourier features of the centres of the image cells, which the mask decoder adds to the image tokens.
 *
 * @returns  float32 [1, C, h, w]
 * @see `get_image_wide_positional_embeddings` of the reference; arXiv:2006.10739
 */
export async function imageWidePositions(
  config: Sam2Config,
  weights: WeightTable,
): Promise<Tensor<"float32">> {
  const name = NAMES.find((each) => weights.has(each)) ?? NAMES[0];
  const matrix = await weights.read(name); // [2, C / 2]
  const half = matrix.length / 2;
  const side = config.embeddingSize;
  const plane = side * side;
  const data = new Float32Array(2 * half * plane);
  for (let channel = 0; channel < half; channel++) {
    for (let cell = 0; cell < plane; cell++) {
      const x = (2 * ((cell % side) + 0.5)) / side - 1;
      const y = (2 * (Math.floor(cell / side) + 0.5)) / side - 1;
      const angle = 2 * Math.PI * (x * (matrix[channel] ?? 0) + y * (matrix[half + channel] ?? 0));
      data[channel * plane + cell] = Math.sin(angle);
      data[(half + channel) * plane + cell] = Math.cos(angle);
    }
  }
  return new Tensor("float32", data, [1, 2 * half, side, side]);
}
