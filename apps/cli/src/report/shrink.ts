import type { RgbImage } from "@sam2js/core";

/** A smaller copy of a picture, each pixel the mean of those that it stands for. Small pictures stay as they are. */
export function shrink(image: RgbImage, maxSide: number): RgbImage {
  const scale = Math.max(image.width, image.height) / maxSide;
  if (scale <= 1) return image;
  const width = Math.max(1, Math.round(image.width / scale));
  const height = Math.max(1, Math.round(image.height / scale));
  const data = new Uint8Array(width * height * 3);
  const edges = (size: number, count: number) =>
    Array.from({ length: count + 1 }, (_, i) => Math.round((i * size) / count));
  const [columns, rows] = [edges(image.width, width), edges(image.height, height)];
  for (let y = 0; y < height; y++) {
    const [top = 0, bottom = 0] = [rows[y], rows[y + 1]];
    for (let x = 0; x < width; x++) {
      const [left = 0, right = 0] = [columns[x], columns[x + 1]];
      let [red, green, blue] = [0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let at = 3 * (row * image.width + left), end = at + 3 * (right - left); at < end; at += 3) {
          red += image.data[at] ?? 0;
          green += image.data[at + 1] ?? 0;
          blue += image.data[at + 2] ?? 0;
        }
      }
      const pixels = (right - left) * (bottom - top);
      data.set([red / pixels, green / pixels, blue / pixels], 3 * (y * width + x));
    }
  }
  return { data, width, height, channels: 3 };
}
