import { Tensor } from "@sam2js/core";
import type { ImageSettings } from "../options/image-settings.js";
import { type ResizeFilter, runnableFilter } from "../options/resample.js";
import { checkOutputArea, outputSize } from "../options/size.js";
import { resizeFloatRows } from "../resize/resize-floats.js";
import { resizeRows } from "../resize/resize-rows.js";
import { cropStart } from "./crop-start.js";
import { type Intensity, intensities } from "./intensity.js";
import { dropAlpha, type Picture, type PictureType } from "./picture.js";

/**
 * One image on its way into the network: RGB, resized, cropped, rescaled and normalised in one sweep over its rows.
 *
 * @param breathe  awaited between rows, so that a large image does not hold the thread
 * @returns [C, h, w], float32, or uint8 when bytes are neither rescaled nor normalised
 * @throws {InputError} the settings do not fit the image
 * @throws {UnsupportedError} a resampling filter that cannot be run
 */
export async function imageToPlanes(
  image: Picture,
  settings: ImageSettings,
  breathe: () => Promise<void>,
): Promise<Tensor<"float32" | "uint8">> {
  const picture = settings.doConvertRgb ? dropAlpha(image) : image;
  const channels = settings.doConvertRgb ? 3 : picture.channels;
  const intensity = intensities(settings, channels);
  const [height, width] = settings.doResize
    ? outputSize(settings.size, image.height, image.width)
    : [image.height, image.width];
  const filter = settings.doResize ? runnableFilter(settings.resample) : "nearest";
  const isResized = height !== image.height || width !== image.width;
  const settle = isResized && filter !== "nearest" ? SETTLE[picture.type] : undefined;
  const window =
    settings.doCenterCrop && settings.cropSize
      ? centredWindow(height, width, settings.cropSize.height, settings.cropSize.width)
      : { top: 0, left: 0, height, width };
  checkOutputArea(window.height, window.width);
  const area = window.height * window.width;
  const type = picture.type === "uint8" && !intensity ? "uint8" : "float32";
  const out = Tensor.zeros(type, [channels, window.height, window.width]);
  const levels = Array.from({ length: channels }, (_, c) => levelsOf(picture.type, intensity?.[c]));
  if (window.height > height || window.width > width) {
    for (let c = 0; c < channels; c += 1) out.data.fill(intensity?.[c]?.(0) ?? 0, c * area, (c + 1) * area);
  }
  const colours = coloursOf(out, levels, area);
  const from = Math.max(window.left, 0);
  const to = Math.min(window.left + window.width, width);
  let first = 0; // channel of the picture that a part begins with
  for (const part of picture.parts) {
    const own = "channels" in part ? part.channels : 1;
    let y = 0;
    for (const row of rowsOf(part, height, width, filter)) {
      await breathe();
      const line = y - window.top;
      y += 1;
      if (line < 0 || line >= window.height) continue;
      if (colours && own === 3 && row instanceof Uint8ClampedArray) {
        writeColours(colours, line * window.width + from - window.left, row, from, to - from);
        continue;
      }
      if (settle) for (let x = 0; x < row.length; x += 1) row[x] = settle(row[x]!);
      for (let c = 0; c < channels; c += 1) {
        const channel = (picture.channels === 1 ? 0 : c) - first;
        if (channel < 0 || channel >= own) continue;
        const target = out.data.subarray(c * area + line * window.width + from - window.left);
        writeLine(target, row, { from: from * own + channel, step: own, count: to - from }, levels[c]!);
      }
    }
    first += own;
  }
  return out;
}

/** How torchvision makes whole numbers of the sums of a filter: uint16 is cut off, int32 rounded to even. Bytes are rounded by their filter. */
const SETTLE: Partial<Record<PictureType, (value: number) => number>> = {
  uint16: Math.trunc,
  int32: (value) => {
    const floor = Math.floor(value);
    return value - floor === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(value);
  },
};

/** What numbers become: bytes by a table of the 256 levels, others one by one. */
type Levels = Float32Array | Intensity;

function levelsOf(type: PictureType, intensity: Intensity = (value) => value): Levels {
  return type === "uint8" ? Float32Array.from({ length: 256 }, (_, level) => intensity(level)) : intensity;
}

interface Walk {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

function writeLine(
  out: Uint8Array | Float32Array,
  row: Uint8ClampedArray | Float32Array,
  { from, step, count }: Walk,
  levels: Levels,
): void {
  if (typeof levels === "function") {
    for (let x = 0, i = from; x < count; x += 1, i += step) out[x] = levels(row[i]!);
  } else {
    for (let x = 0, i = from; x < count; x += 1, i += step) out[x] = levels[row[i]!]!;
  }
}

/** Three planes of floats, and what bytes become in each. */
interface Colours {
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];
  readonly levels: readonly [Float32Array, Float32Array, Float32Array];
}

/** Red, green and blue as nearly all images have them; undefined for what {@link writeLine} has to do. */
function coloursOf({ data }: Tensor, levels: readonly Levels[], area: number): Colours | undefined {
  if (!(data instanceof Float32Array) || levels.length !== 3) return undefined;
  const [reds, greens, blues] = levels as readonly [Levels, Levels, Levels];
  if (typeof reds === "function" || typeof greens === "function" || typeof blues === "function")
    return undefined;
  const plane = (channel: number) => data.subarray(channel * area, (channel + 1) * area);
  return { planes: [plane(0), plane(1), plane(2)], levels: [reds, greens, blues] };
}

/** All three channels of a row in one sweep. */
function writeColours(
  { planes: [red, green, blue], levels: [reds, greens, blues] }: Colours,
  at: number,
  row: Uint8ClampedArray,
  from: number,
  count: number,
): void {
  for (let x = at, i = 3 * from; x < at + count; x += 1, i += 3) {
    red[x] = reds[row[i]!]!;
    green[x] = greens[row[i + 1]!]!;
    blue[x] = blues[row[i + 2]!]!;
  }
}

function rowsOf(
  part: Picture["parts"][number],
  height: number,
  width: number,
  filter: ResizeFilter,
): Generator<Uint8ClampedArray | Float32Array> {
  return "channels" in part
    ? resizeRows(part, height, width, filter)
    : resizeFloatRows(part, height, width, filter);
}

/** Where a window of the wanted size lies in the middle of an image. Outside of it (negative `top`, `left`) there is black. */
function centredWindow(height: number, width: number, wantedHeight: number, wantedWidth: number) {
  const top = cropStart(height, wantedHeight);
  return { top, left: cropStart(width, wantedWidth), height: wantedHeight, width: wantedWidth };
}
