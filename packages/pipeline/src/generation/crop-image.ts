import type { RgbImage } from "@sam2js/core";

/** The pixels of a box [x0, y0, x1, y1], x1 and y1 exclusive. The whole image is returned as it is. */
export function cropImage(
  image: RgbImage,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): RgbImage {
  const width = x1 - x0;
  const height = y1 - y0;
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y0 + row) * image.width + x0) * 3;
    data.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { data, width, height, channels: 3 };
}
