import { CheckpointError, type ImageModelConfig, Tensor, type WeightTable } from "@sam2js/core";
import { checkConfig, checkWeights } from "../arguments/check-arguments.js";

/** Names of the matrix, the image's own first. Published files hold both with the same values; one may be missing. */
const MATRICES = [
  "shared_image_embedding.positional_embedding",
  "prompt_encoder.shared_embedding.positional_embedding",
];

/**
 * The reference's `get_image_wide_positional_embeddings`: Fourier features of the centre of each token.
 *
 * @returns float32 [1, C, h, w]
 * @throws {CheckpointError} the checkpoint has no positional embedding
 */
export async function imageWidePositionalEmbedding(
  config: ImageModelConfig,
  weights: WeightTable,
): Promise<Tensor<"float32">> {
  checkConfig(config, "promptEncoderConfig");
  checkWeights(weights);
  const { hiddenSize, imageSize, patchSize } = config.promptEncoderConfig;
  const name = MATRICES.find((candidate) => weights.has(candidate));
  if (!name) {
    throw new CheckpointError(`${MATRICES[0]}: expected this tensor, got none; the checkpoint is not whole`, {
      tensor: MATRICES[0],
      expected: "this tensor",
      got: "none",
    });
  }
  const matrix = await weights.read(name); // [2, half]
  const half = Math.floor(hiddenSize / 2);
  const side = Math.floor(imageSize / patchSize);
  const result = new Float32Array(2 * half * side * side);
  for (let channel = 0; channel < half; channel++) {
    const acrossFrequency = matrix[channel] as number;
    const downFrequency = matrix[half + channel] as number;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const across = (2 * (x + 0.5)) / side - 1;
        const down = (2 * (y + 0.5)) / side - 1;
        const angle = 2 * Math.PI * (across * acrossFrequency + down * downFrequency);
        const offset = y * side + x;
        result[channel * side * side + offset] = Math.sin(angle);
        result[(half + channel) * side * side + offset] = Math.cos(angle);
      }
    }
  }
  return new Tensor("float32", result, [1, 2 * half, side, side]);
}
