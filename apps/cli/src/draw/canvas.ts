import type { Rgb } from "@sam2js/masks";

/** RGB pixels to paint on. */
export interface Canvas {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** How far (x, y) is from the border of a shape, in pixels: negative inside. */
export type Shape = (x: number, y: number) => number;

/** Left, top, right and bottom of what a shape may touch. */
export type Extent = readonly [number, number, number, number];

/** Paints a shape with smooth edges: a pixel takes as much colour as the shape covers of it. */
export function paint(
  { data, width, height }: Canvas,
  shape: Shape,
  [left, top, right, bottom]: Extent,
  color: Rgb,
  opacity = 1,
): void {
  const x1 = Math.min(width, Math.ceil(right) + 1);
  const y1 = Math.min(height, Math.ceil(bottom) + 1);
  for (let y = Math.max(0, Math.floor(top) - 1); y < y1; y++) {
    for (let x = Math.max(0, Math.floor(left) - 1); x < x1; x++) {
      const cover = Math.min(1, Math.max(0, 0.5 - shape(x + 0.5, y + 0.5))) * opacity;
      if (cover === 0) continue;
      const at = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++) {
        const old = data[at + channel] ?? 0;
        data[at + channel] = Math.round(old + ((color[channel] ?? 0) - old) * cover);
      }
    }
  }
}

export function disc(centerX: number, centerY: number, radius: number): Shape {
  return (x, y) => Math.hypot(x - centerX, y - centerY) - radius;
}

/** A filled rectangle with round corners. */
export function roundedBox([left, top, right, bottom]: Extent, radius: number): Shape {
  const [centerX, centerY] = [(left + right) / 2, (top + bottom) / 2];
  const [halfX, halfY] = [(right - left) / 2 - radius, (bottom - top) / 2 - radius];
  return (x, y) => {
    const dx = Math.abs(x - centerX) - halfX;
    const dy = Math.abs(y - centerY) - halfY;
    return Math.hypot(Math.max(0, dx), Math.max(0, dy)) + Math.min(0, Math.max(dx, dy)) - radius;
  };
}

/** A line with round ends. */
export function line(x0: number, y0: number, x1: number, y1: number, thickness: number): Shape {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  return (x, y) => {
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
    return Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - thickness / 2;
  };
}
