import type { Tensor } from "@sam2js/core";
import { sinePositionEncoding } from "@sam2js/graph";
import { cellsFirst, repeatRows } from "./arrange.js";
import type { PixelBatch } from "./check-pixel-values.js";
import type { ImageEncoder } from "./image-encoder.js";
import type { Sam2VisionOutput } from "./vision-output.js";

/**
 * The vision encoder's features as the reference's `get_image_features` gives them: levels flattened to [H·W, B, C], the two finer ones already
 * projected for the mask decoder, without `no_memory_embedding`.
 *
 * @param channels  of the position encoding
 */
export async function imageFeatures(
  encoder: Pick<ImageEncoder, "encode">,
  pixels: PixelBatch,
  channels: number,
  signal: AbortSignal | undefined,
): Promise<Sam2VisionOutput> {
  const { embeddings, hiddenStates } = await encoder.encode(pixels, {
    signal,
    outputHiddenStates: true,
    noMemoryEmbedding: false,
  });
  const levels = await embeddings.toTensors();
  await embeddings.dispose();
  const positions = levels.map(({ dims: [batch = 1, , height = 1, width = 1] }) =>
    repeatRows(sinePositionEncoding(channels, height, width), batch),
  );
  return {
    lastHiddenState: hiddenStates.at(-1) as Tensor<"float32">,
    hiddenStates: hiddenStates.length > 1 ? hiddenStates : [],
    fpnHiddenStates: levels.map(cellsFirst),
    fpnPositionEncoding: positions.map(cellsFirst),
  };
}
