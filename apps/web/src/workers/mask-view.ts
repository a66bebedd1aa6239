import { decompressRle, type MaskPolygon, type Rle, rleArea, rleBox, toPolygons } from "@sam2js/masks";
import type { SeenRle } from "../domain/document.js";
import type { MaskView } from "../protocol/engine.js";

/** Borders are drawn this close to the mask's own, in pixels, or in two thousandths of the photo where that is more. */
const TOLERANCE = 0.75;
/** Corners are rounded by this share of the photo's longer side, so that steps of pixels are not seen. */
const ROUNDING = 1 / 220;

/** A mask's run lengths, out of the text that files have. @throws {InputError} the text is damaged */
export function toRle({ size, counts }: SeenRle): Rle {
  return typeof counts === "string" ? decompressRle({ size: [size[0], size[1]], counts }) : { size, counts };
}

/** What the page needs to draw a mask, and no more. Its border is for the eye; exports trace the mask itself. */
export function toMaskView(rle: Rle): MaskView {
  const counts = rle.counts instanceof Uint32Array ? rle.counts : Uint32Array.from(rle.counts);
  const size: readonly [number, number] = [rle.size[0], rle.size[1]];
  const longer = Math.max(...size);
  return {
    rle: { size, counts },
    path: roundedPath(toPolygons(rle, { tolerance: Math.max(TOLERANCE, longer / 2000) }), ROUNDING * longer),
    area: rleArea(rle),
    box: rleBox(rle),
  };
}

/** Polygons as an SVG path whose corners are curves that begin and end `radius` before them, or in the middle of shorter edges. */
export function roundedPath(polygons: readonly MaskPolygon[], radius: number): string {
  return polygons
    .flatMap(({ outer, holes }) => [outer, ...holes])
    .map((ring) => roundedRing(ring, radius))
    .join("");
}

function roundedRing(ring: readonly number[], radius: number): string {
  const corners = ring.length / 2;
  const x = (i: number) => ring[2 * ((i + corners) % corners)] ?? 0;
  const y = (i: number) => ring[2 * ((i + corners) % corners) + 1] ?? 0;
  let path = "";
  for (let i = 0; i < corners; i++) {
    const [inX, inY] = towards(x(i), y(i), x(i - 1), y(i - 1), radius);
    const [outX, outY] = towards(x(i), y(i), x(i + 1), y(i + 1), radius);
    path += `${i === 0 ? "M" : "L"}${short(inX)} ${short(inY)}Q${short(x(i))} ${short(y(i))} ${short(outX)} ${short(outY)}`;
  }
  return `${path}Z`;
}

function towards(x: number, y: number, toX: number, toY: number, radius: number): readonly [number, number] {
  const length = Math.hypot(toX - x, toY - y);
  const share = length === 0 ? 0 : Math.min(0.5, radius / length);
  return [x + (toX - x) * share, y + (toY - y) * share];
}

function short(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}
