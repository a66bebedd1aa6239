import { checkMembers, checkOptions, ImageError, type PixelImage, type RgbImage } from "@sam2js/core";
import { checkMaskSizes, checkOneEach } from "../masks/check-masks.js";
import { rleArea, rleBox } from "../masks/rle.js";
import { visitColumns } from "./column-visits.js";
import { outlineRle } from "./erode.js";
import type { MaskLike } from "./mask-like.js";
import { maskColor, type Rgb } from "./palette.js";

/** What is drawn over an image, and how. */
export interface OverlayOptions {
  /** How much of a mask's colour covers the image, 0 to 1. Default 0.45. */
  readonly opacity?: number | undefined;
  /** Thickness of outlines, boxes and the rims of points in pixels; 0 draws no outlines. Default a 500th of the image's longer side. */
  readonly outline?: number | undefined;
  /** One per mask; the palette's without it. */
  readonly colors?: readonly Rgb[] | undefined;
  /** Draws each mask's box. Default false. */
  readonly boxes?: boolean | undefined;
  /** Draws each mask's click, where it is known. Default false. */
  readonly points?: boolean | undefined;
}

/**
 * Draws masks over a copy of their image: a tint, an outline, and on request boxes and clicks. Small masks lie on top of large ones.
 *
 * @param image  RGB pixels, upright
 * @throws {InputError} a mask is not of the image's size
 * @throws {ImageError} the image has not three channels
 */
export function drawOverlay(
  image: RgbImage | PixelImage,
  masks: readonly MaskLike[],
  options: OverlayOptions = {},
): RgbImage {
  checkOptions(options, ["opacity", "outline", "colors", "boxes", "points"], "drawOverlay options");
  checkMembers(image, "image", "RGB pixels with data, width and height", "data");
  const { width, height } = image;
  if (image.data.length !== width * height * 3) {
    throw ImageError.expected(
      "overlay",
      `RGB pixels, ${width} x ${height} x 3 values`,
      image.data.length,
      "decode the image to RGB first",
    );
  }
  checkMaskSizes(masks, [height, width]);
  checkOneEach(options.colors, masks, "colors");
  const thickness = Math.round(options.outline ?? Math.max(1, Math.max(width, height) / 500));
  const opacity = Math.min(1, Math.max(0, options.opacity ?? 0.45));
  const canvas: Canvas = { data: new Uint8Array(image.data), width, height };
  const layers = masks
    .map((mask, index) => ({ mask, color: options.colors?.[index] ?? maskColor(index), area: rleArea(mask) }))
    .sort((a, b) => b.area - a.area);
  for (const { mask, color } of layers) {
    tint(canvas, mask, color, opacity);
    if (thickness > 0) tint(canvas, outlineRle(mask, thickness), color, 1);
  }
  const line = Math.max(1, thickness);
  for (const { mask, color, area } of layers) {
    if (options.boxes && area > 0) drawBox(canvas, rleBox(mask), color, line);
  }
  for (const { mask, color } of layers) {
    if (!options.points || !mask.point) continue;
    drawDisc(canvas, mask.point, 3 * line, [255, 255, 255]);
    drawDisc(canvas, mask.point, 2 * line, color);
  }
  return { ...canvas, channels: 3 };
}

interface Canvas {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function tint({ data, width }: Canvas, mask: MaskLike, color: Rgb, opacity: number): void {
  const keep = 1 - opacity;
  const [red, green, blue] = [color[0] * opacity + 0.5, color[1] * opacity + 0.5, color[2] * opacity + 0.5];
  visitColumns(mask, (x, top, bottom) => {
    for (let y = top, at = 3 * (top * width + x); y < bottom; y++, at += 3 * width) {
      data[at] = data[at]! * keep + red;
      data[at + 1] = data[at + 1]! * keep + green;
      data[at + 2] = data[at + 2]! * keep + blue;
    }
  });
}

function fillRectangle(canvas: Canvas, x0: number, y0: number, x1: number, y1: number, color: Rgb): void {
  for (let y = Math.max(0, y0); y < Math.min(canvas.height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(canvas.width, x1); x++) {
      canvas.data.set(color, 3 * (y * canvas.width + x));
    }
  }
}

function drawBox(canvas: Canvas, box: readonly number[], color: Rgb, line: number): void {
  const [x0, y0, x1, y1] = [box[0]!, box[1]!, box[2]! + 1, box[3]! + 1];
  fillRectangle(canvas, x0, y0, x1, Math.min(y1, y0 + line), color);
  fillRectangle(canvas, x0, Math.max(y0, y1 - line), x1, y1, color);
  fillRectangle(canvas, x0, y0, Math.min(x1, x0 + line), y1, color);
  fillRectangle(canvas, Math.max(x0, x1 - line), y0, x1, y1, color);
}

function drawDisc(canvas: Canvas, [x, y]: readonly [number, number], radius: number, color: Rgb): void {
  for (let row = Math.floor(y - radius); row <= Math.ceil(y + radius); row++) {
    const half = Math.sqrt(Math.max(0, radius * radius - (row + 0.5 - y) ** 2));
    fillRectangle(canvas, Math.round(x - half), row, Math.round(x + half), row + 1, color);
  }
}
