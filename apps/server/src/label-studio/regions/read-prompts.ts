import { combineRle, fromLabelStudioRle, type Rle, rleArea } from "@sam2js/masks";
import { numberOf, type Region } from "./region.js";

/** What points at one object, in pixels of the image. */
export interface RegionPrompt {
  /** As the user chose it; undefined where the tags have no labels. */
  readonly label: string | undefined;
  /** (x, y). */
  readonly points: (readonly [number, number])[];
  /** 1 inside, 0 outside, one per point. */
  readonly labels: number[];
  /** x0, y0, x1, y1. */
  readonly box: readonly [number, number, number, number] | undefined;
  /** What was painted. */
  mask: Rle | undefined;
}

/**
 * The objects that regions point at. Each rectangle or ellipse is an object; points go to the box that they lie in, those outside of the object to all; what
 * was painted, and points without a box, are one object for each label.
 *
 * @param size  [height, width] of the image in pixels
 * @returns     empty where nothing points inside of an object
 * @throws {InputError} a brush's run lengths are damaged, or of an image of another size
 */
export function readPrompts(regions: readonly Region[], size: readonly [number, number]): RegionPrompt[] {
  const names = labelNames(regions);
  const groups = new Map<string | undefined, Region[]>();
  for (const region of regions) {
    const label = names.get(region.id) ?? ownLabel(region);
    groups.set(label, [...(groups.get(label) ?? []), region]);
  }
  return [...groups].flatMap(([label, group]) => readGroup(label, group, size));
}

/** With `<Labels>` beside `<KeyPoint>` a region has two entries of one id, of which one holds the label. */
function labelNames(regions: readonly Region[]): Map<string | undefined, string> {
  const names = new Map<string | undefined, string>();
  for (const region of regions) {
    const label = ownLabel(region);
    if (region.id !== undefined && label !== undefined) names.set(region.id, label);
  }
  return names;
}

function ownLabel({ type = "", value }: Region): string | undefined {
  const chosen = value?.[type] ?? value?.labels;
  const [label] = Array.isArray(chosen) ? (chosen as unknown[]) : [];
  return typeof label === "string" ? label : undefined;
}

function readGroup(
  label: string | undefined,
  group: readonly Region[],
  size: readonly [number, number],
): RegionPrompt[] {
  const create = (box?: RegionPrompt["box"]): RegionPrompt => ({
    label,
    points: [],
    labels: [],
    box,
    mask: undefined,
  });
  const boxes = group.map((region) => boxOf(region, size)).filter((box) => box !== undefined);
  const objects = boxes.length > 0 ? boxes.map((box) => create(box)) : [create()];
  const last = objects[objects.length - 1] as RegionPrompt;
  for (const region of group) {
    const { type = "", value } = region;
    if (isOf(type, "keypoint")) {
      const isInside = Boolean(region.is_positive ?? true);
      const point = toPixels(numberOf(value, "x"), numberOf(value, "y"), size);
      const within = objects.find(({ box }) => box && contains(box, point)) ?? last;
      for (const object of isInside ? [within] : objects) {
        object.points.push(point);
        object.labels.push(isInside ? 1 : 0);
      }
    } else if (isOf(type, "brush") && Array.isArray(value?.rle)) {
      const painted = fromLabelStudioRle(value.rle as number[], size);
      if (rleArea(painted) > 0) last.mask = last.mask ? combineRle(last.mask, painted, "or") : painted;
    }
  }
  return objects.filter(({ box, mask, labels }) => box || mask || labels.includes(1));
}

function isOf(type: string, shape: string): boolean {
  return type === shape || type === `${shape}labels`;
}

/** The upright box around a rectangle or an ellipse, which may be turned, in pixels; undefined for other regions. */
export function boxOf(region: Region, size: readonly [number, number]): RegionPrompt["box"] {
  const { type = "", value } = region;
  const isEllipse = isOf(type, "ellipse");
  if (!isEllipse && !isOf(type, "rectangle")) return undefined;
  const [x, y] = [numberOf(value, "x"), numberOf(value, "y")];
  const [w, h] = [
    numberOf(value, isEllipse ? "radiusX" : "width"),
    numberOf(value, isEllipse ? "radiusY" : "height"),
  ];
  // Percents of height and width differ: what is turned is turned in pixels, a rectangle around its first corner, an ellipse around its middle.
  const angle = (numberOf(value, "rotation") * Math.PI) / 180;
  const [left, top] = toPixels(x, y, size);
  const near = isEllipse ? -1 : 0;
  const corners = [near, 1].flatMap((u) =>
    [near, 1].map((v) => {
      const [a, b] = toPixels(u * w, v * h, size);
      return [
        left + a * Math.cos(angle) - b * Math.sin(angle),
        top + a * Math.sin(angle) + b * Math.cos(angle),
      ] as const;
    }),
  );
  const [xs, ys] = [corners.map(([u]) => u), corners.map(([, v]) => v)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function toPixels(x: number, y: number, [height, width]: readonly [number, number]): [number, number] {
  return [(x / 100) * width, (y / 100) * height];
}

function contains(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  [x, y]: readonly [number, number],
): boolean {
  return x >= x0 && x <= x1 && y >= y0 && y <= y1;
}
