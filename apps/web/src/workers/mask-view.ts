import { type Rle, rleArea, rleBox, toSvgPath } from "@sam2js/processor";
import type { MaskView } from "../services/engine.js";

/** Borders are drawn this close to the mask's own, in pixels, or in two thousandths of the photo where that is more. */
const TOLERANCE = 0.75;

/** What the page needs to draw a mask, and no more. */
export function toMaskView(rle: Rle): MaskView {
  const counts = rle.counts instanceof Uint32Array ? rle.counts : Uint32Array.from(rle.counts);
  const size: readonly [number, number] = [rle.size[0], rle.size[1]];
  const tolerance = Math.max(TOLERANCE, Math.max(...size) / 2000);
  return {
    rle: { size, counts },
    path: toSvgPath(rle, { tolerance }),
    area: rleArea(rle),
    box: rleBox(rle),
  };
}
