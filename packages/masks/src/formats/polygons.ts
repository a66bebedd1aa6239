import { checkMembers, checkOptions } from "@sam2js/core";
import type { Rle } from "../masks/run-lengths.js";
import { simplifyRing } from "./simplify-ring.js";
import { traceRings } from "./trace-rings.js";

/** x, y, x, y, … in pixels of the image, x to the right, y down; pixel (0, 0) covers 0 to 1. The first point is not repeated. */
export type Ring = readonly number[];

/** A connected part of a mask. */
export interface MaskPolygon {
  /** Clockwise on the screen. */
  readonly outer: Ring;
  /** Counter-clockwise on the screen. */
  readonly holes: readonly Ring[];
}

/** How exactly borders are followed. */
export interface PolygonOptions {
  /** How far, in pixels, the border may be from the mask's. Default 0: exact, along the edges of pixels. */
  readonly tolerance?: number | undefined;
  /** Parts and holes of fewer pixels are left out. Default 0. */
  readonly minArea?: number | undefined;
}

/**
 * The border of a mask as polygons with holes, one for each part whose pixels touch along edges. Without tolerance they are exact:
 * filling them gives the mask. No ring visits a point twice; rings may touch in single points.
 *
 * With a tolerance, a hole too small for it disappears and a part too small for it keeps its exact border.
 *
 * @returns  empty for an empty mask
 */
export function toPolygons(mask: Rle, options: PolygonOptions = {}): MaskPolygon[] {
  checkOptions(options, ["tolerance", "minArea"], "toPolygons options");
  const { tolerance = 0, minArea = 0 } = options;
  const parts = new Map<number, { outer: Ring; holes: Ring[] }>();
  const holes: { component: number; ring: Ring }[] = [];
  for (const { points, component } of traceRings(mask)) {
    const area = ringArea(points);
    if (Math.abs(area) < minArea) continue;
    const simple = tolerance > 0 ? simplifyRing(points, tolerance) : points;
    const isFlat = simple.length < 6 || ringArea(simple) * area <= 0;
    if (area > 0) parts.set(component, { outer: isFlat ? points : simple, holes: [] });
    else if (!isFlat) holes.push({ component, ring: simple });
  }
  for (const { component, ring } of holes) parts.get(component)?.holes.push(ring);
  return [...parts.values()];
}

/** The area of a ring: positive when it runs clockwise on the screen (y down). */
export function ringArea(points: Ring): number {
  checkMembers(points, "points", "a ring of x, y, x, y, …", "length");
  let doubled = 0;
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    doubled += points[j]! * points[i + 1]! - points[i]! * points[j + 1]!;
  }
  return doubled / 2;
}
