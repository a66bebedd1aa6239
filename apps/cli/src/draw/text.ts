import type { Rgb } from "@sam2js/masks";
import { type Canvas, line, paint, type Shape } from "./canvas.js";
import { CAP_HEIGHT, glyphOf } from "./glyphs.js";

/** Strokes are this part of a capital's height thick. */
const WEIGHT = 0.17;

/** Letters without their accents, since the alphabet has none. */
function lettersOf(text: string): string[] {
  return [...text.normalize("NFD").replace(/\p{M}/gu, "")];
}

/** @param size  height of a capital letter in pixels */
export function textWidth(text: string, size: number): number {
  const units = lettersOf(text).reduce((sum, letter) => sum + glyphOf(letter).advance, 0);
  return (units * size) / CAP_HEIGHT;
}

/**
 * Writes a line of text.
 *
 * @param x, y  the upper left corner of the first capital
 * @param size  height of a capital letter in pixels
 */
export function drawText(canvas: Canvas, text: string, x: number, y: number, size: number, color: Rgb): void {
  const scale = size / CAP_HEIGHT;
  const thickness = Math.max(1.1, size * WEIGHT);
  let left = x;
  for (const letter of lettersOf(text)) {
    const { lines, advance } = glyphOf(letter);
    const shapes: Shape[] = lines.flatMap((points) =>
      points.slice(1).map(([toX, toY], index) => {
        const [fromX, fromY] = points[index] ?? [toX, toY];
        return line(left + fromX * scale, y + fromY * scale, left + toX * scale, y + toY * scale, thickness);
      }),
    );
    const extent = [
      left - thickness,
      y - thickness,
      left + advance * scale,
      y + 1.4 * size + thickness,
    ] as const;
    paint(
      canvas,
      (px, py) => shapes.reduce((least, shape) => Math.min(least, shape(px, py)), 1),
      extent,
      color,
    );
    left += advance * scale;
  }
}
