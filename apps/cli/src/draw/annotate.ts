import { type Mask, type Rgb, toPolygons } from "@sam2js/masks";
import type { PromptObject } from "../prompts/prompt-object.js";
import { type Canvas, disc, type Extent, line, paint, roundedBox } from "./canvas.js";
import { drawText, textWidth } from "./text.js";

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [20, 22, 26];
const INSIDE: Rgb = [24, 160, 88];
const OUTSIDE: Rgb = [214, 40, 57];

/** One thing to name on a picture. */
export interface Annotation {
  readonly object: PromptObject;
  readonly mask: Mask;
  readonly color: Rgb;
  readonly label: string;
}

/** Draws the prompts over a picture (boxes, clicks with + and −) and a label beside each object. */
export function annotate(canvas: Canvas, annotations: readonly Annotation[]): void {
  const unit = Math.max(canvas.width, canvas.height) / 1000;
  for (const { object, color } of annotations) if (object.box) drawBox(canvas, object.box, color, unit);
  for (const { object } of annotations) {
    for (const [index, point] of object.points.entries()) {
      drawClick(canvas, point, object.labels[index] !== 0, unit);
    }
  }
  const taken: Extent[] = [];
  for (const annotation of annotations) drawLabel(canvas, annotation, unit, taken);
}

function drawBox(canvas: Canvas, [x0, y0, x1, y1]: Extent, color: Rgb, unit: number): void {
  const thickness = Math.max(1.5, 2.4 * unit);
  for (const [width, ink] of [
    [thickness * 2.2, WHITE],
    [thickness, color],
  ] as const) {
    for (const [ax, ay, bx, by] of [
      [x0, y0, x1, y0],
      [x1, y0, x1, y1],
      [x1, y1, x0, y1],
      [x0, y1, x0, y0],
    ] as const) {
      const extent = [
        Math.min(ax, bx) - width,
        Math.min(ay, by) - width,
        Math.max(ax, bx) + width,
        Math.max(ay, by) + width,
      ] as const;
      paint(canvas, line(ax, ay, bx, by, width), extent, ink, ink === WHITE ? 0.75 : 1);
    }
  }
}

function drawClick(canvas: Canvas, [x, y]: readonly [number, number], isInside: boolean, unit: number): void {
  const radius = clickRadius(unit);
  const extent = [x - 1.5 * radius, y - 1.5 * radius, x + 1.5 * radius, y + 1.5 * radius] as const;
  paint(canvas, disc(x, y, radius * 1.45), extent, INK, 0.35);
  paint(canvas, disc(x, y, radius * 1.28), extent, WHITE);
  paint(canvas, disc(x, y, radius), extent, isInside ? INSIDE : OUTSIDE);
  const [arm, thickness] = [radius * 0.5, Math.max(1, radius * 0.28)];
  paint(canvas, line(x - arm, y, x + arm, y, thickness), extent, WHITE);
  if (isInside) paint(canvas, line(x, y - arm, x, y + arm, thickness), extent, WHITE);
}

function drawLabel(
  canvas: Canvas,
  { object, mask, color, label }: Annotation,
  unit: number,
  taken: Extent[],
): void {
  if (mask.area === 0) return;
  const size = Math.max(8, 15 * unit);
  const [padX, padY] = [size * 0.7, size * 0.62];
  const width = textWidth(label, size) + 2 * padX - size * 0.25;
  const height = size + 2 * padY;
  const gap = size * 0.4;
  const [wantedLeft, wantedTop] = labelPlace({ object, mask }, [width, height], gap, canvas, unit);
  const left = Math.max(gap, Math.min(wantedLeft, canvas.width - width - gap));
  let top = Math.max(gap, Math.min(wantedTop, canvas.height - height - gap));
  while (taken.some((other) => overlaps(other, [left, top, left + width, top + height])))
    top += height + gap / 2;
  const extent = [left, top, left + width, top + height] as const;
  taken.push(extent);
  const shade = [left, top + size * 0.12, left + width, top + height + size * 0.12] as const;
  paint(canvas, roundedBox(shade, height * 0.32), shade, INK, 0.3);
  paint(canvas, roundedBox(extent, height * 0.32), extent, color);
  drawText(canvas, label, left + padX, top + padY, size, isLight(color) ? INK : WHITE);
}

/** Where a label should begin: above the object's box, beside its first click, or above its largest part. */
function labelPlace(
  { object, mask }: Pick<Annotation, "object" | "mask">,
  [width, height]: readonly [number, number],
  gap: number,
  canvas: Canvas,
  unit: number,
): readonly [number, number] {
  const click = object.points.find((_, index) => object.labels[index] !== 0);
  if (!object.box && click) {
    const away = 1.5 * clickRadius(unit) + gap;
    const fits = click[0] + away + width < canvas.width;
    return [fits ? click[0] + away : click[0] - away - width, click[1] - height / 2];
  }
  const [x, y] = object.box ?? largestPart(mask);
  return [x, y - height - gap < gap ? y + gap : y - height - gap];
}

function clickRadius(unit: number): number {
  return Math.max(4, 9 * unit);
}

/** Upper left corner of the box around the largest part of a mask: specks elsewhere move no label. */
function largestPart(mask: Mask): readonly [number, number] {
  let best: readonly [number, number] = [mask.box[0], mask.box[1]];
  let largest = 0;
  for (const { outer } of toPolygons(mask, { minArea: mask.area / 50 })) {
    let [left, top, right, bottom] = [mask.size[1], mask.size[0], 0, 0];
    for (const [i, value] of outer.entries()) {
      if (i % 2 === 0) [left, right] = [Math.min(left, value), Math.max(right, value)];
      else [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
    }
    const extent = (right - left) * (bottom - top);
    if (extent > largest) [best, largest] = [[left, top], extent];
  }
  return best;
}

function overlaps(a: Extent, b: Extent): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function isLight([red, green, blue]: Rgb): boolean {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150;
}
