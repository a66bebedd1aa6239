import { checkSize, type RgbImage } from "@sam2js/core";
import { checkRgb } from "./check-rgb.js";

/** Brings a picture to another size, linearly between the centres of its pixels: what makes pixels square that are not. */
export function stretch(image: RgbImage, width: number, height: number): RgbImage {
  checkRgb(image);
  checkSize([height, width]);
  if (image.width === width && image.height === height) return image;
  const columns = weights(image.width, width);
  const rows = weights(image.height, height);
  const data = new Uint8ClampedArray(3 * width * height);
  const row = 3 * image.width;
  for (let y = 0, to = 0; y < height; y++) {
    const above = row * (rows.from[y] as number);
    const below = row * (rows.to[y] as number);
    const down = rows.share[y] as number;
    for (let x = 0; x < width; x++) {
      const left = 3 * (columns.from[x] as number);
      const right = 3 * (columns.to[x] as number);
      const across = columns.share[x] as number;
      for (let i = 0; i < 3; i++, to++) {
        const upper = mix(
          image.data[above + left + i] as number,
          image.data[above + right + i] as number,
          across,
        );
        const lower = mix(
          image.data[below + left + i] as number,
          image.data[below + right + i] as number,
          across,
        );
        data[to] = mix(upper, lower, down);
      }
    }
  }
  return { data: new Uint8Array(data.buffer), width, height, channels: 3 };
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** For each pixel of the longer side the two that it lies between, and how far it is from the first. */
function weights(size: number, wanted: number) {
  const from = new Int32Array(wanted);
  const to = new Int32Array(wanted);
  const share = new Float32Array(wanted);
  for (let i = 0; i < wanted; i++) {
    const at = Math.min(size - 1, Math.max(0, ((i + 0.5) * size) / wanted - 0.5));
    from[i] = Math.floor(at);
    to[i] = Math.min(size - 1, Math.floor(at) + 1);
    share[i] = at - Math.floor(at);
  }
  return { from, to, share };
}
