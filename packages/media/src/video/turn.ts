import { checkNumber, type RgbImage } from "@sam2js/core";
import { checkRgb } from "./check-rgb.js";

/**
 * Brings a picture upright: turns it clockwise by 0, 90, 180 or 270 degrees, then mirrors it left to right.
 *
 * @returns  the picture itself where there is nothing to do
 */
export function turn(image: RgbImage, degrees: number, flip = false): RgbImage {
  checkRgb(image);
  checkNumber(degrees, "degrees", "0, 90, 180 or 270");
  const { data, width, height } = image;
  const turns = ((Math.round(degrees / 90) % 4) + 4) % 4;
  if (turns === 0 && !flip) return image;
  const [outWidth, outHeight] = turns % 2 === 0 ? [width, height] : [height, width];
  const out = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += 3) {
      const turnedX = [x, height - 1 - y, width - 1 - x, y][turns] as number;
      const toY = [y, x, height - 1 - y, width - 1 - x][turns] as number;
      const to = 3 * (toY * outWidth + (flip ? outWidth - 1 - turnedX : turnedX));
      out[to] = data[from] as number;
      out[to + 1] = data[from + 1] as number;
      out[to + 2] = data[from + 2] as number;
    }
  }
  return { data: out, width: outWidth, height: outHeight, channels: 3 };
}
