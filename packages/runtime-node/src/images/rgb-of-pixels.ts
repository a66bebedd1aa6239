import { ImageError, type PixelImage, type RgbImage } from "@sam2js/core";

/**
 * RGB of pixels that are decoded already: alpha dropped, grey repeated. Always a copy.
 *
 * @throws {ImageError} sides, channels and data do not agree
 */
export function rgbOfPixels(image: PixelImage, maxPixels: number): RgbImage {
  const { data, width, height, channels = 4 } = image;
  if (!(isSide(width) && isSide(height) && [1, 2, 3, 4].includes(channels))) {
    throw new ImageError(
      `pixels: expected width and height >= 1 and 1 to 4 channels, got ${width} x ${height}, ${channels} channels`,
      { width, height, channels },
    );
  }
  if (width * height > maxPixels) {
    throw new ImageError(`pixels: ${width} x ${height} is more than the ${maxPixels} pixels allowed`, {
      width,
      height,
      maxPixels,
    });
  }
  if (data.length !== width * height * channels) {
    throw new ImageError(
      `pixels: expected ${width * height * channels} values for ${width} x ${height} with ${channels} channels, got ${data.length}; name the channels`,
      { width, height, channels, length: data.length },
    );
  }
  const rgb = new Uint8Array(width * height * 3);
  if (channels === 3) rgb.set(data);
  else {
    const green = channels === 4 ? 1 : 0;
    for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
      rgb[to] = data[from] as number;
      rgb[to + 1] = data[from + green] as number;
      rgb[to + 2] = data[from + 2 * green] as number;
    }
  }
  return { data: rgb, width, height, channels: 3 };
}

const isSide = (size: number) => Number.isSafeInteger(size) && size >= 1;
