import { Tensor } from "@sam2js/core";

const TEMPERATURE = 10_000;
/** Keeps the last row and column below a whole turn, as in the reference. */
const EPSILON = 1e-6;

/**
 * The sine position encoding that belongs to a feature level: a constant, no weights enter.
 *
 *   p = 2π·(i + 1) / (size + ε),  channel 2j: sin(p / T^(2j/F)), 2j + 1: cos of the same; F = channels / 2 for y, then F for x
 *
 * @returns float32 [1, channels, height, width]
 * @see DETR, arXiv:2005.12872
 */
export function sinePositionEncoding(channels: number, height: number, width: number): Tensor<"float32"> {
  const features = channels / 2;
  const result = new Float32Array(channels * height * width);
  for (let channel = 0; channel < channels; channel++) {
    const isDown = channel < features;
    const feature = channel % features;
    const size = isDown ? height : width;
    const period = TEMPERATURE ** ((2 * Math.floor(feature / 2)) / features);
    const wave = feature % 2 === 0 ? Math.sin : Math.cos;
    const values = Float32Array.from({ length: size }, (_, i) =>
      wave((((i + 1) / (size + EPSILON)) * 2 * Math.PI) / period),
    );
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        result[(channel * height + y) * width + x] = values[isDown ? y : x] as number;
      }
    }
  }
  return new Tensor("float32", result, [1, channels, height, width]);
}
