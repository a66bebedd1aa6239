import { checkList, checkOptions } from "@sam2js/core";
import { checkMasks } from "../masks/check-masks.js";
import { rleArea } from "../masks/rle.js";
import type { MaskLike } from "./mask-like.js";
import { type PolygonOptions, type Ring, toPolygons } from "./polygons.js";
import { share } from "./share.js";

/** [x, y] in the target's units. */
export type GeoJsonPosition = [number, number];

/** One mask as RFC 7946 has it. */
export interface GeoJsonFeature {
  /** What GeoJSON calls it. */
  readonly type: "Feature";
  /** The mask's place in the list, from 0; missing where a single mask was given. */
  readonly id?: string | number;
  /** Null for an empty mask. */
  readonly geometry:
    | { readonly type: "Polygon"; readonly coordinates: GeoJsonPosition[][] }
    | { readonly type: "MultiPolygon"; readonly coordinates: GeoJsonPosition[][][] }
    | null;
  /** `area` in pixels, `score` and `stability` where they are known, and what the caller added. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Masks as RFC 7946 has them. */
export interface GeoJsonFeatureCollection {
  /** What GeoJSON calls it. */
  readonly type: "FeatureCollection";
  /** One per mask, in the order given. */
  readonly features: GeoJsonFeature[];
}

/** How exactly borders are followed, and where the image lies on the map. */
export interface GeoJsonOptions extends PolygonOptions {
  /**
   * From pixels to the map: `[a, b, c, d, e, f]` with x′ = a·x + b·y + c and y′ = d·x + e·y + f, where (0, 0) is the outer corner of
   * the first pixel. (GDAL orders the same numbers c, a, b, f, d, e.) GeoJSON readers take x′, y′ as longitude, latitude. Default: pixels.
   */
  readonly geotransform?: readonly [number, number, number, number, number, number] | undefined;
}

/**
 * A mask as a GeoJSON feature: a `Polygon`, or a `MultiPolygon` where it has several parts, outer rings counter-clockwise and holes
 * clockwise in the coordinates written (RFC 7946). Score, stability and area in pixels are among the properties.
 *
 * @param properties  added to the mask's own
 */
export function toGeoJsonFeature(
  mask: MaskLike,
  options: GeoJsonOptions = {},
  properties: Readonly<Record<string, unknown>> = {},
): GeoJsonFeature {
  checkOptions(options, ["tolerance", "minArea", "geotransform"], "GeoJSON options");
  const { geotransform, ...forms } = options;
  if (geotransform !== undefined) checkList(geotransform, "geotransform", "six numbers [a, b, c, d, e, f]");
  const polygons = toPolygons(mask, forms).map(({ outer, holes }) => [
    position(outer, geotransform, 1),
    ...holes.map((hole) => position(hole, geotransform, -1)),
  ]);
  const [first] = polygons;
  const own = {
    ...(mask.score !== undefined && { score: share(mask.score) }),
    ...(mask.objectScore !== undefined && { object_score: share(mask.objectScore) }),
    ...(mask.stability !== undefined && { stability: mask.stability }),
    area: rleArea(mask),
  };
  return {
    type: "Feature",
    geometry: !first
      ? null
      : polygons.length === 1
        ? { type: "Polygon", coordinates: first }
        : { type: "MultiPolygon", coordinates: polygons },
    properties: { ...own, ...properties },
  };
}

/** Masks as a GeoJSON feature collection; features are numbered from 0 in the order given. */
export function toGeoJson(
  masks: readonly MaskLike[],
  options: GeoJsonOptions = {},
): GeoJsonFeatureCollection {
  checkOptions(options, ["tolerance", "minArea", "geotransform"], "GeoJSON options");
  checkMasks(masks);
  return {
    type: "FeatureCollection",
    features: masks.map((mask, id) => ({ ...toGeoJsonFeature(mask, options), id })),
  };
}

/** A closed ring in the target's coordinates; `turn` 1 makes it counter-clockwise there, −1 clockwise. */
function position(ring: Ring, geotransform: GeoJsonOptions["geotransform"], turn: 1 | -1): GeoJsonPosition[] {
  const [a, b, c, d, e, f] = geotransform ?? [1, 0, 0, 0, 1, 0];
  const positions: GeoJsonPosition[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i]!, ring[i + 1]!];
    positions.push([a * x + b * y + c, d * x + e * y + f]);
  }
  // Relative to the first point, so that large map coordinates lose no digits.
  const [x0, y0] = positions[0]!;
  let doubled = 0;
  positions.forEach(([x, y], i) => {
    const [nextX, nextY] = positions[(i + 1) % positions.length]!;
    doubled += (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0);
  });
  if (doubled * turn < 0) positions.reverse();
  positions.push([...positions[0]!]);
  return positions;
}
