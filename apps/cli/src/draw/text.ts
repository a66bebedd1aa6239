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
 * A line of text as an SVG path of strokes.
 *
 * @param x, y  the upper left corner of the first capital
 * @param size  height of a capital letter in pixels
 */
export function textPath(text: string, x: number, y: number, size: number, color: string): string {
  const scale = size / CAP_HEIGHT;
  const strokes: string[] = [];
  let left = x;
  for (const letter of lettersOf(text)) {
    const { lines, advance } = glyphOf(letter);
    for (const points of lines) {
      const places = points.map(
        ([px, py]) => `${(left + px * scale).toFixed(2)} ${(y + py * scale).toFixed(2)}`,
      );
      strokes.push(`M${places.join("L")}`);
    }
    left += advance * scale;
  }
  const width = Math.max(1.1, size * WEIGHT).toFixed(2);
  return `<path d="${strokes.join("")}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}
