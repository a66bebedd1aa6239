import { Tensor } from "@sam2js/core";

const TEMPERATURE = 10_000;

/**
 * The sine and cosine encoding of grid positions that the neck hands out beside each feature level: half of the channels for y, half for x, each
 * normalised to 2π over the grid.
 *
 * @returns  float32 [channels, height, width]
 * @see `Sam2SinePositionEmbedding` of the reference
 */
export function sinePositions(channels: number, height: number, width: number): Tensor<"float32"> {
  const half = Math.floor(channels / 2);
  const data = new Float32Array(2 * half * height * width);
  const plane = height * width;
  for (let channel = 0; channel < half; channel++) {
    const frequency = TEMPERATURE ** ((2 * Math.floor(channel / 2)) / half);
    const wave = channel % 2 === 0 ? Math.sin : Math.cos;
    for (let y = 0; y < height; y++) {
      const alongY = wave(position(y, height) / frequency);
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        data[channel * plane + at] = alongY;
        data[(half + channel) * plane + at] = wave(position(x, width) / frequency);
      }
    }
  }
  return new Tensor("float32", data, [2 * half, height, width]);
}

/** 1-based index over the size, as an angle. The reference guards the division by 1e-6. */
function position(index: number, size: number): number {
  return ((index + 1) / (size + 1e-6)) * 2 * Math.PI;
}
