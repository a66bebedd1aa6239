import type { RgbImage } from "@sam2js/core";

/** Turns a picture clockwise by 0, 90, 180 or 270 degrees. */
export function turn(image: RgbImage, degrees: number): RgbImage {
  const { data, width, height } = image;
  const turns = ((Math.round(degrees / 90) % 4) + 4) % 4;
  if (turns === 0) return image;
  const [outWidth, outHeight] = turns === 2 ? [width, height] : [height, width];
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] =
        turns === 1
          ? [height - 1 - y, x]
          : turns === 2
            ? [width - 1 - x, height - 1 - y]
            : [y, width - 1 - x];
      const from = 3 * (y * width + x);
      const to = 3 * (toY * outWidth + toX);
      out[to] = data[from] as number;
      out[to + 1] = data[from + 1] as number;
      out[to + 2] = data[from + 2] as number;
    }
  }
  return { data: out, width: outWidth, height: outHeight, channels: 3 };
}
