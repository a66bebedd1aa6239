import { InputError } from "@sam2js/core";
import { fromCvatMask, Mask, ringArea, toCvatMask, toPolygons } from "@sam2js/masks";
import sharp from "sharp";
import type { TrackableShape } from "./requests.js";

/** The types of shapes that masks become, and that trackers follow. */
export const SHAPE_TYPES = ["mask", "polygon", "rectangle"] as const;
/** One of {@link SHAPE_TYPES}. */
export type ShapeType = (typeof SHAPE_TYPES)[number];

/** How far polygons may be from a mask's border, in pixels. */
const TOLERANCE = 1;

/** Whether masks can become shapes of a type. */
export function isShapeType(type: string): type is ShapeType {
  return SHAPE_TYPES.some((each) => each === type);
}

/** A mask as shapes of CVAT, the largest first: one, or of polygons one for each part. None of an empty mask. */
export function toShapes(mask: Mask, type: ShapeType): TrackableShape[] {
  if (mask.area === 0) return [];
  const [x0, y0, x1, y1] = mask.box;
  if (type === "mask") return [{ type, points: toCvatMask(mask) }];
  if (type === "rectangle") return [{ type, points: [x0, y0, x1 + 1, y1 + 1] }];
  return toPolygons(mask, { tolerance: TOLERANCE })
    .map(({ outer }) => ({ type, points: [...outer] }))
    .sort((a, b) => ringArea(b.points) - ringArea(a.points));
}

/**
 * The pixels of a mask or polygon that somebody drew.
 *
 * @param size  [height, width] of the frame in pixels
 * @throws {InputError} its points are not those of its type
 */
export async function toMask(
  { type, points }: TrackableShape,
  size: readonly [number, number],
): Promise<Mask> {
  if (type === "mask") return fromCvatMask(points, size);
  if (points.length < 6 || points.length % 2 === 1)
    throw InputError.expected("points", "x, y of three corners or more", points.length);
  const [height, width] = size;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  const svg = `${head}<polygon points="${points.join(" ")}" fill-rule="evenodd" shape-rendering="crispEdges"/></svg>`;
  const { data } = await sharp(Buffer.from(svg), { limitInputPixels: false, unlimited: true })
    .extractChannel("alpha")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Mask.fromBitmap({ type: "uint8", data: data.map((alpha) => alpha >> 7), dims: [height, width] });
}

/** The box of a rectangle: x0, y0, x1, y1 in pixels. @throws {InputError} it has no two corners */
export function toBox({ points }: TrackableShape): [number, number, number, number] {
  const [ax = 0, ay = 0, bx = 0, by = 0] = points;
  if (points.length !== 4) throw InputError.expected("points", "x, y of two corners", points.length);
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}
