import {
  combineRle,
  cropRle,
  erodeRle,
  invertRle,
  padRle,
  type Rle,
  removeSmallRegions,
  rleFromBitmap,
} from "@sam2js/masks";
import type { Stroke } from "../../domain/document.js";
import type { ComposeRequest } from "../../protocol/engine.js";
import { toRle } from "../mask-view.js";

/** Draws a stroke: coverage above a half is inside. Given from outside, since tests have no canvas. */
export type StrokeRasteriser = (
  stroke: Stroke,
  width: number,
  height: number,
  left: number,
  top: number,
) => ArrayLike<number>;

/**
 * The mask after the hand's work: strokes in their order over the model's mask, then holes, specks and edge.
 *
 * @param rasterise  fills a window of [height, width] pixels, row by row, anything but 0 is inside
 */
export function composeMask(request: ComposeRequest, rasterise: StrokeRasteriser): Rle {
  const { size, strokes, cleanUp } = request;
  let rle: Rle = request.rle ? toRle(request.rle) : emptyRle(size);
  for (const stroke of strokes) {
    const drawn = strokeRle(stroke, size, rasterise);
    if (drawn) rle = combineRle(rle, drawn, stroke.isErase ? "subtract" : "or");
  }
  if (cleanUp.holes > 0) rle = removeSmallRegions(rle, cleanUp.holes, "holes").rle;
  if (cleanUp.specks > 0) rle = removeSmallRegions(rle, cleanUp.specks, "islands").rle;
  if (cleanUp.edge < 0) rle = erodeRle(rle, -cleanUp.edge);
  if (cleanUp.edge > 0) rle = dilateRle(rle, cleanUp.edge);
  return rle;
}

export function emptyRle([height, width]: readonly [number, number]): Rle {
  return { size: [height, width], counts: Uint32Array.of(height * width) };
}

/** Pixels within a square of `radius` around the mask: what is left when its surroundings are eroded, beyond the photo too. */
export function dilateRle(rle: Rle, radius: number): Rle {
  const [height, width] = rle.size;
  const wide: readonly [number, number] = [height + 2 * radius, width + 2 * radius];
  const around = padRle(rle, radius, radius, wide);
  const grown = invertRle(erodeRle(invertRle(around), radius));
  return cropRle(grown, [radius, radius, radius + width, radius + height]);
}

function strokeRle(
  stroke: Stroke,
  size: readonly [number, number],
  rasterise: StrokeRasteriser,
): Rle | undefined {
  const [height, width] = size;
  const xs = stroke.path.filter((_, i) => i % 2 === 0);
  const ys = stroke.path.filter((_, i) => i % 2 === 1);
  const margin = Math.ceil(stroke.radius) + 1;
  const left = Math.max(0, Math.floor(Math.min(...xs) - margin));
  const top = Math.max(0, Math.floor(Math.min(...ys) - margin));
  const right = Math.min(width, Math.ceil(Math.max(...xs) + margin));
  const bottom = Math.min(height, Math.ceil(Math.max(...ys) + margin));
  if (right <= left || bottom <= top) return undefined;
  const bits = rasterise(stroke, right - left, bottom - top, left, top);
  return padRle(rleFromBitmap(bits, right - left, bottom - top), left, top, [height, width]);
}
