import type { AnnotatedShape } from "./annotated-image.js";
import { numberOf } from "./annotations.js";

/** Corners that an ellipse is drawn with. */
const ELLIPSE_CORNERS = 72;

/**
 * A rectangle or an ellipse of Label Studio: a box where it is an upright rectangle, else its outline in pixels.
 *
 * @param value  x, y, and width and height or radii, in percents of the image; `rotation` in degrees clockwise
 * @param size   [height, width] of the image in pixels
 * @returns      undefined where it has no area
 */
export function labelStudioOutline(
  isEllipse: boolean,
  value: unknown,
  size: readonly [number, number],
): AnnotatedShape | undefined {
  const percent = (name: string, side: number) => (numberOf(value, name) / 100) * side;
  const [height, width] = size;
  const [x, y] = [percent("x", width), percent("y", height)];
  const a = percent(isEllipse ? "radiusX" : "width", width);
  const b = percent(isEllipse ? "radiusY" : "height", height);
  if (!(a > 0 && b > 0)) return undefined;
  const degrees = numberOf(value, "rotation");
  if (!isEllipse && degrees === 0) return { kind: "box", box: [x, y, x + a, y + b], isShare: false };
  const angle = (degrees * Math.PI) / 180;
  const steps = Array.from({ length: ELLIPSE_CORNERS }, (_, i) => (2 * Math.PI * i) / ELLIPSE_CORNERS);
  // A rectangle is turned around its first corner, an ellipse around its middle.
  const corners = isEllipse
    ? steps.map((step) => [a * Math.cos(step), b * Math.sin(step)] as const)
    : ([
        [0, 0],
        [a, 0],
        [a, b],
        [0, b],
      ] as const);
  const ring = corners.flatMap(([u, v]) => [
    x + u * Math.cos(angle) - v * Math.sin(angle),
    y + u * Math.sin(angle) + v * Math.cos(angle),
  ]);
  return { kind: "rings", rings: [ring], isShare: false };
}
