import { type Alpha, type RgbImage, rgbFromPixels } from "@sam2js/core";
import { type ReadStrip, readUnblended } from "./read-unblended.js";

/** Pixels of one strip that is read at a time: keeps the browser's RGBA copy small beside the image. */
const STRIP_PIXELS = 2 ** 22;
/** Canvases wider than this are refused by some browsers. */
const MAX_STRIP_WIDTH = 8192;

/**
 * RGB of a decoded picture.
 *
 * @param mayHaveAlpha  a canvas stores colours multiplied by alpha, so pictures with alpha are read another way
 */
export async function readPixels(
  bitmap: ImageBitmap,
  mayHaveAlpha: boolean,
  alpha: Alpha,
): Promise<RgbImage> {
  const { width, height } = bitmap;
  const rgb = new Uint8Array(width * height * 3);
  const stripWidth = Math.min(width, MAX_STRIP_WIDTH);
  const stripHeight = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / stripWidth)));
  const read =
    (mayHaveAlpha ? readUnblended(bitmap, stripWidth, stripHeight) : undefined) ??
    readCanvas(bitmap, stripWidth, stripHeight);
  for (let top = 0; top < height; top += stripHeight) {
    const rows = Math.min(stripHeight, height - top);
    for (let left = 0; left < width; left += stripWidth) {
      const columns = Math.min(stripWidth, width - left);
      const data = read(left, top, columns, rows).subarray(0, 4 * columns * rows);
      const strip = await rgbFromPixels({ data, width: columns, height: rows, channels: 4 }, { alpha });
      for (let row = 0; row < rows; row++) {
        const line = strip.data.subarray(3 * row * columns, 3 * (row + 1) * columns);
        rgb.set(line, 3 * ((top + row) * width + left));
      }
    }
  }
  return { data: rgb, width, height, channels: 3 };
}

function readCanvas(bitmap: ImageBitmap, stripWidth: number, stripHeight: number): ReadStrip {
  const canvas = new OffscreenCanvas(stripWidth, stripHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (!context) throw new TypeError("the browser gives no 2D canvas");
  context.globalCompositeOperation = "copy";
  return (left, top, columns, rows) => {
    context.drawImage(bitmap, left, top, columns, rows, 0, 0, columns, rows);
    return context.getImageData(0, 0, columns, rows).data;
  };
}
