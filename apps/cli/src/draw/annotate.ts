import type { RgbImage } from "@sam2js/core";
import { hexColor, type Mask, type Rgb, toPolygons } from "@sam2js/masks";
import sharp from "sharp";
import type { PromptObject } from "../prompts/prompt-object.js";
import { textPath, textWidth } from "./text.js";

const WHITE = "#ffffff";
const INK = "#14161a";
const INSIDE = "#18a058";
const OUTSIDE = "#d62839";

/** Left, top, right and bottom, in pixels. */
type Extent = readonly [number, number, number, number];

/** One thing to name on a picture. */
export interface Annotation {
  readonly object: Omit<PromptObject, "mask">;
  readonly mask: Mask;
  readonly color: Rgb;
  readonly label: string;
}

/**
 * Draws the prompts over a picture (boxes, clicks with + and −) and a label beside each object.
 *
 * @returns  a new picture
 */
export async function annotate(image: RgbImage, annotations: readonly Annotation[]): Promise<RgbImage> {
  const { width, height } = image;
  const unit = Math.max(width, height) / 1000;
  const taken: Extent[] = [];
  const shapes = [
    ...annotations.flatMap(({ object, color }) =>
      object.box ? [boxShape(object.box, hexColor(color), unit)] : [],
    ),
    ...annotations.flatMap(({ object }) =>
      object.points.map((point, index) => clickShape(point, object.labels[index] !== 0, unit)),
    ),
    ...annotations.map((annotation) => labelShape(image, annotation, unit, taken)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join("")}</svg>`;
  // The size of the picture was checked where it was read.
  const limits = { limitInputPixels: false };
  const data = await sharp(image.data, { raw: { width, height, channels: 3 }, ...limits })
    .composite([{ input: Buffer.from(svg), ...limits }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { data: new Uint8Array(data), width, height, channels: 3 };
}

function boxShape([x0, y0, x1, y1]: Extent, color: string, unit: number): string {
  const thickness = Math.max(1.5, 2.4 * unit);
  const place = `x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}" fill="none" stroke-linejoin="round"`;
  return (
    `<rect ${place} stroke="${WHITE}" stroke-opacity="0.75" stroke-width="${thickness * 2.2}"/>` +
    `<rect ${place} stroke="${color}" stroke-width="${thickness}"/>`
  );
}

function clickShape([x, y]: readonly [number, number], isInside: boolean, unit: number): string {
  const radius = clickRadius(unit);
  const disc = (scale: number, color: string, opacity = 1) =>
    `<circle cx="${x}" cy="${y}" r="${radius * scale}" fill="${color}" fill-opacity="${opacity}"/>`;
  const arm = radius * 0.5;
  const cross = `M${x - arm} ${y}H${x + arm}${isInside ? `M${x} ${y - arm}V${y + arm}` : ""}`;
  const sign = `<path d="${cross}" stroke="${WHITE}" stroke-width="${Math.max(1, radius * 0.28)}" stroke-linecap="round"/>`;
  return disc(1.45, INK, 0.35) + disc(1.28, WHITE) + disc(1, isInside ? INSIDE : OUTSIDE) + sign;
}

function labelShape(
  image: RgbImage,
  { object, mask, color, label }: Annotation,
  unit: number,
  taken: Extent[],
): string {
  if (mask.area === 0) return "";
  const size = Math.max(8, 15 * unit);
  const [padX, padY] = [size * 0.7, size * 0.62];
  const width = textWidth(label, size) + 2 * padX - size * 0.25;
  const height = size + 2 * padY;
  const gap = size * 0.4;
  const [wantedLeft, wantedTop] = labelPlace({ object, mask }, [width, height], gap, image, unit);
  const left = Math.max(gap, Math.min(wantedLeft, image.width - width - gap));
  let top = Math.max(gap, Math.min(wantedTop, image.height - height - gap));
  while (taken.some((other) => overlaps(other, [left, top, left + width, top + height])))
    top += height + gap / 2;
  taken.push([left, top, left + width, top + height]);
  const plate = (down: number, fill: string, opacity: number) =>
    `<rect x="${left}" y="${top + down}" width="${width}" height="${height}" rx="${height * 0.32}" fill="${fill}" fill-opacity="${opacity}"/>`;
  const text = textPath(label, left + padX, top + padY, size, isLight(color) ? INK : WHITE);
  return plate(size * 0.12, INK, 0.3) + plate(0, hexColor(color), 1) + text;
}

/** Where a label should begin: above the object's box, beside its first click, or above its largest part. */
function labelPlace(
  { object, mask }: Pick<Annotation, "object" | "mask">,
  [width, height]: readonly [number, number],
  gap: number,
  image: RgbImage,
  unit: number,
): readonly [number, number] {
  const click = object.points.find((_, index) => object.labels[index] !== 0);
  if (!object.box && click) {
    const away = 1.5 * clickRadius(unit) + gap;
    const fits = click[0] + away + width < image.width;
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
