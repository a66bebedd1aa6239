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

/** A part of an SVG, and the places that it paints. */
interface Shape {
  readonly svg: string;
  readonly extents: readonly Extent[];
}

/**
 * Draws the prompts onto a picture (boxes, clicks with + and −) and a label beside each object.
 *
 * @param image  is changed
 * @returns      the same picture
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
    ...annotations.flatMap((annotation) => labelShape(image, annotation, unit, taken)),
  ];
  for (let y = 0; y < height; y += TILE)
    for (let x = 0; x < width; x += TILE)
      await drawOnTile(image, [x, y, Math.min(width, x + TILE), Math.min(height, y + TILE)], shapes);
  return image;
}

/** Side of the pieces that are drawn on, in pixels: an SVG of a whole scan would take more memory than the scan. */
const TILE = 2048;

/** Draws what touches a piece of a picture. */
async function drawOnTile(image: RgbImage, tile: Extent, shapes: readonly Shape[]): Promise<void> {
  const touching = shapes.filter(({ extents }) => extents.some((extent) => overlaps(extent, tile)));
  if (touching.length === 0) return;
  const [left, top, right, bottom] = tile;
  const [width, height] = [right - left, bottom - top];
  const rowOf = (y: number) => {
    const begin = 3 * ((top + y) * image.width + left);
    return image.data.subarray(begin, begin + 3 * width);
  };
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) pixels.set(rowOf(y), 3 * width * y);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${touching.map((shape) => shape.svg).join("")}</svg>`;
  const drawn = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  for (let y = 0; y < height; y++) rowOf(y).set(drawn.subarray(3 * width * y, 3 * width * (y + 1)));
}

function boxShape([x0, y0, x1, y1]: Extent, color: string, unit: number): Shape {
  const thickness = Math.max(1.5, 2.4 * unit);
  const place = `x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}" fill="none" stroke-linejoin="round"`;
  const svg =
    `<rect ${place} stroke="${WHITE}" stroke-opacity="0.75" stroke-width="${thickness * 2.2}"/>` +
    `<rect ${place} stroke="${color}" stroke-width="${thickness}"/>`;
  const far = 1.1 * thickness + 1;
  const line = (left: number, top: number, right: number, bottom: number): Extent => [
    left - far,
    top - far,
    right + far,
    bottom + far,
  ];
  return {
    svg,
    extents: [line(x0, y0, x1, y0), line(x0, y1, x1, y1), line(x0, y0, x0, y1), line(x1, y0, x1, y1)],
  };
}

function clickShape([x, y]: readonly [number, number], isInside: boolean, unit: number): Shape {
  const radius = clickRadius(unit);
  const disc = (scale: number, color: string, opacity = 1) =>
    `<circle cx="${x}" cy="${y}" r="${radius * scale}" fill="${color}" fill-opacity="${opacity}"/>`;
  const arm = radius * 0.5;
  const cross = `M${x - arm} ${y}H${x + arm}${isInside ? `M${x} ${y - arm}V${y + arm}` : ""}`;
  const sign = `<path d="${cross}" stroke="${WHITE}" stroke-width="${Math.max(1, radius * 0.28)}" stroke-linecap="round"/>`;
  const svg = disc(1.45, INK, 0.35) + disc(1.28, WHITE) + disc(1, isInside ? INSIDE : OUTSIDE) + sign;
  const far = 1.45 * radius + 1;
  return { svg, extents: [[x - far, y - far, x + far, y + far]] };
}

function labelShape(
  image: RgbImage,
  { object, mask, color, label }: Annotation,
  unit: number,
  taken: Extent[],
): Shape[] {
  if (mask.area === 0) return [];
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
  const svg = plate(size * 0.12, INK, 0.3) + plate(0, hexColor(color), 1) + text;
  return [{ svg, extents: [[left - 1, top - 1, left + width + 1, top + height + size * 0.12 + 1]] }];
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
