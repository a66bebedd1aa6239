import type { Value } from "../builder/graph-builder.js";
import type { Weights } from "../weights/weights.js";
import { fourierFeatures, fourierMatrix } from "./positional-encoding.js";

/**
 * The position of each token of the image embedding. It depends on weights alone, so engines compute it once, when they load the graph.
 *
 *   φ(2·((x + ½)/w, (y + ½)/h) − 1)
 *
 * @returns [1, h·w, C], row by row
 */
export function imagePositions(w: Weights, height: number, width: number, channels: number): Value {
  const grid = new Float32Array(height * width * 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      grid.set([centered(x, width), centered(y, height)], (y * width + x) * 2);
    }
  }
  const positions = w.graph.float(grid, [1, height * width, 2]);
  return fourierFeatures(positions, fourierMatrix(w, "image", channels));
}

/** The centre of a token, from −1 to 1, rounded as float32 rounds it in the reference: its sines amplify the last bit. */
function centered(index: number, size: number): number {
  return 2 * Math.fround((index + 0.5) / size) - 1;
}
