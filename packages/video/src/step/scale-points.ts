import { POINT_LABEL, pointScale } from "@sam2js/core";
import type { DecoderPoints } from "../engine/video-engine.js";
import type { PointPrompt } from "../state/tracked-object.js";

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
  const { boxTopLeft, boxBottomRight, padding } = POINT_LABEL;
  const count = prompt?.labels.length ?? 1;
  const points = new Float32Array(2 * (count + 1));
  const labels = new Int32Array(count + 1).fill(POINT_LABEL.none);
  if (!prompt) return { points, labels };
  labels.set(prompt.labels);
  const [scaleX, scaleY] = [pointScale(width, imageSize), pointScale(height, imageSize)];
  for (let i = 0; i < count; i++) {
    const x = prompt.points[2 * i] as number;
    const y = prompt.points[2 * i + 1] as number;
    const isCorner = labels[i] === boxTopLeft || labels[i] === boxBottomRight;
    const isPadding = !isCorner && (x === padding || y === padding);
    points[2 * i] = isPadding ? x : x * scaleX;
    points[2 * i + 1] = isPadding ? y : y * scaleY;
  }
  return { points, labels };
}
