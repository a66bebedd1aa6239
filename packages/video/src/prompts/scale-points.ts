import type { DecoderPoints } from "../engine/video-engine.js";
import type { PointPrompt } from "../state/tracked-object.js";

/** What stands for a missing point and its label. */
export const PADDING = -10;
/** Not a point: the one that ends every prompt, and the only one of a frame without prompt. */
const NO_POINT = -1;

/**
 * Points in pixels of the model's input, followed by the one that is none.
 *
 * @param prompt     without it, no point is meant: one more that is none
 * @param size       [height, width] of the video in pixels
 * @param imageSize  side of the model's input
 */
export function decoderPoints(
  prompt: PointPrompt | undefined,
  [height, width]: readonly [number, number],
  imageSize: number,
): DecoderPoints {
  const count = prompt?.labels.length ?? 1;
  const points = new Float32Array(2 * (count + 1));
  const labels = new Int32Array(count + 1).fill(NO_POINT);
  if (!prompt) return { points, labels };
  labels.set(prompt.labels);
  // The reference multiplies by a float32 reciprocal, which may be one bit off the quotient.
  const scale = (side: number) => Math.fround(Math.fround(1 / side) * imageSize);
  const [scaleX, scaleY] = [scale(width), scale(height)];
  for (let i = 0; i < count; i++) {
    const x = prompt.points[2 * i] as number;
    const y = prompt.points[2 * i + 1] as number;
    const isCorner = labels[i] === 2 || labels[i] === 3;
    const isPadding = !isCorner && (x === PADDING || y === PADDING);
    points[2 * i] = isPadding ? x : x * scaleX;
    points[2 * i + 1] = isPadding ? y : y * scaleY;
  }
  return { points, labels };
}
