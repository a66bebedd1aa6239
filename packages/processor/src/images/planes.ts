import { Tensor } from "@sam2js/core";
import type { ImageSettings } from "../options/image-settings.js";
import { runnableFilter } from "../options/resample.js";
import { outputSize } from "../options/size.js";
import { type ByteImage, resizeRows } from "../resize/resize-rows.js";
import { cropStart } from "./crop-start.js";
import { type IntensityTable, intensityTables } from "./intensity-table.js";
import { dropAlpha } from "./load-image.js";

/**
 * One image on its way into the network: RGB, resized, cropped, rescaled and normalised in one sweep over its rows.
 *
 * @returns [C, h, w], float32, or uint8 when neither rescaled nor normalised
 * @throws {InputError} the settings do not fit the image
 * @throws {UnsupportedError} a resampling filter that cannot be run
 */
export function imageToPlanes(image: ByteImage, settings: ImageSettings): Tensor<"float32" | "uint8"> {
  const pixels = settings.doConvertRgb ? dropAlpha(image) : image;
  const channels = settings.doConvertRgb ? 3 : pixels.channels;
  const tables = intensityTables(settings, channels);
  const [height, width] = settings.doResize
    ? outputSize(settings.size, image.height, image.width)
    : [image.height, image.width];
  const filter = settings.doResize ? runnableFilter(settings.resample) : "nearest";
  const window =
    settings.doCenterCrop && settings.cropSize
      ? centredWindow(height, width, settings.cropSize.height, settings.cropSize.width)
      : { top: 0, left: 0, height, width };
  const area = window.height * window.width;
  const type = tables[0] instanceof Uint8Array ? "uint8" : "float32";
  const out = Tensor.zeros(type, [channels, window.height, window.width]);
  if (window.height > height || window.width > width) {
    for (let c = 0; c < channels; c += 1) out.data.fill(tables[c]![0]!, c * area, (c + 1) * area);
  }
  const from = Math.max(window.left, 0);
  const to = Math.min(window.left + window.width, width);
  resizeRows(pixels, height, width, filter, (row, y) => {
    const line = y - window.top;
    if (line < 0 || line >= window.height) return;
    for (let c = 0; c < channels; c += 1) {
      const begin = c * area + line * window.width - window.left;
      writeLine(out.data, begin, row, pixels.channels === 1 ? 0 : c, pixels.channels, tables[c]!, from, to);
    }
  });
  return out;
}

function writeLine(
  out: ArrayLike<number> & { [index: number]: number },
  begin: number,
  row: Uint8ClampedArray,
  channel: number,
  stride: number,
  table: IntensityTable,
  from: number,
  to: number,
): void {
  for (let x = from, i = from * stride + channel; x < to; x += 1, i += stride)
    out[begin + x] = table[row[i]!]!;
}

/** Where a window of the wanted size lies in the middle of an image. Outside of it (negative `top`, `left`) there is black. */
function centredWindow(height: number, width: number, wantedHeight: number, wantedWidth: number) {
  const top = cropStart(height, wantedHeight);
  return { top, left: cropStart(width, wantedWidth), height: wantedHeight, width: wantedWidth };
}
