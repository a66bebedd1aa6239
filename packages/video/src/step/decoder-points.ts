import { POINT_LABEL } from "@sam2js/core";
import { scaleCorners, scalePoints } from "@sam2js/processor";
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
  size: readonly [number, number],
  imageSize: number,
): DecoderPoints {
  const count = prompt?.labels.length ?? 1;
  const points = new Float32Array(2 * (count + 1));
  const labels = new Int32Array(count + 1).fill(POINT_LABEL.none);
  if (!prompt) return { points, labels };
  labels.set(prompt.labels);
  points.set(prompt.points);
  const corners = labels[0] === POINT_LABEL.boxTopLeft ? 2 : 0; // they come first
  scaleCorners(points.subarray(0, 2 * corners), size, imageSize);
  scalePoints(points.subarray(2 * corners, 2 * count), size, imageSize);
  return { points, labels };
}
