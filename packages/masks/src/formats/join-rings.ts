import type { MaskPolygon, Ring } from "./polygons.js";
import { ringArea } from "./polygons.js";

/**
 * One ring for a whole mask, for formats that know nothing else: holes and further parts are reached over bridges of no width, there and
 * back between the nearest corners.
 *
 * @returns  empty without polygons
 */
export function joinRings(polygons: readonly MaskPolygon[]): Ring {
  const parts = polygons
    .map(({ outer, holes }) => holes.reduce<Ring>(bridge, outer))
    .sort((a, b) => Math.abs(ringArea(b)) - Math.abs(ringArea(a)));
  const [largest = [], ...others] = parts;
  return others.reduce<Ring>(bridge, largest);
}

function bridge(ring: Ring, other: Ring): Ring {
  let [from, to, nearest] = [0, 0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < ring.length; i += 2) {
    for (let j = 0; j < other.length; j += 2) {
      const [dx, dy] = [ring[i]! - other[j]!, ring[i + 1]! - other[j + 1]!];
      const distance = dx * dx + dy * dy;
      if (distance < nearest) [from, to, nearest] = [i, j, distance];
    }
  }
  return [
    ...ring.slice(0, from + 2),
    ...other.slice(to),
    ...other.slice(0, to + 2), // once around and back to where the bridge arrived
    ...ring.slice(from), // and from where it left
  ];
}
