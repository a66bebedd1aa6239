import {
  checkMembers,
  checkOptions,
  createBreather,
  describeValue,
  InputError,
  type PixelImage,
  type PngSource,
} from "@sam2js/core";
import type { Rgb } from "../formats/palette.js";
import { checkMaskSizes } from "../masks/check-masks.js";
import { rleArea, rleBox } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";
import { blurredGround } from "./blurred-ground.js";
import { type Photo, toPhoto } from "./photo.js";
import type { Region } from "./region.js";
import { coverage } from "./soft-edge.js";

/** An object without its background. */
export interface CutOut extends PngSource {
  /** RGBA with colours that are not multiplied by alpha; where alpha is 0, all four are. */
  readonly channels: 4;
  /** Where in the image it was: [x0, y0, x1, y1] in pixels, x1 and y1 exclusive. */
  readonly region: Region;
}

/** What is behind the object: nothing, a colour, or the image itself without the object, blurred by a tent of so many pixels to each side (1 to 1000). */
export type CutOutGround = "transparent" | Rgb | { readonly blur: number };

/** How an object is cut out. */
export interface CutOutOptions {
  /** Pixels to leave around the object's box, as far as the image reaches; a soft edge has its room beside that. Default 0 */
  readonly padding?: number | undefined;
  /** Keeps the size of the image. Default false: as large as the object */
  readonly isWhole?: boolean | undefined;
  /** How far the edge reaches to each side of the mask's border in pixels, 0 to 200: 1 takes away its steps. Default 0: each pixel is in or out */
  readonly softEdge?: number | undefined;
  /** Default `"transparent"` */
  readonly ground?: CutOutGround | undefined;
  /** For formats without transparency, as JPEG: what would be transparent is white. Default false */
  readonly isOpaque?: boolean | undefined;
  /** The image's own transparency [height, width], 0 to 255, where `image` comes without it: decoders drop it. */
  readonly alpha?: Uint8Array | undefined;
}

const NAMES = ["padding", "isWhole", "softEdge", "ground", "isOpaque", "alpha"];
const MAX_EDGE = 200;
const MAX_BLUR = 1000;
/** Pixels that are made in one go: some ten milliseconds. */
const PIECE_PIXELS = 2 ** 18;
const WHITE: Rgb = [255, 255, 255];

/**
 * Cuts an object out of its image: RGBA pixels, transparent outside the mask or on another ground. What is transparent in the image stays so, on a
 * blurred ground too.
 *
 * @param image  grey, RGB or RGBA pixels, upright
 * @param mask   of several objects at once: `combineRle(a, b, "or")`
 * @throws {InputError} the mask is empty or not of the image's size, an option is out of its range
 * @throws {ImageError} the image has not 1, 3 or 4 channels
 */
export function toCutOut(image: PixelImage, mask: Rle, options: CutOutOptions = {}): CutOut {
  const work = new CutOutWork(image, mask, options, "toCutOut options");
  while (work.goOn()) {}
  return work.result;
}

/**
 * {@link toCutOut} in pieces, for large images: other work of the thread has its turn, and the signal ends it.
 *
 * @throws as `toCutOut`, and `signal.reason`
 */
export async function cutOut(
  image: PixelImage,
  mask: Rle,
  options: CutOutOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<CutOut> {
  checkOptions(options, [...NAMES, "signal"], "cutOut options");
  const { signal, ...looks } = options;
  const breathe = createBreather(signal);
  const work = new CutOutWork(image, mask, looks, "cutOut options");
  do await breathe();
  while (work.goOn());
  return work.result;
}

/** A cut-out that is made stripe by stripe. */
class CutOutWork {
  readonly result: CutOut;
  readonly #photo: Photo;
  readonly #mask: Rle;
  readonly #looks: Ground & { readonly edge: number; readonly isOpaque: boolean };
  /** Rows of a stripe. */
  readonly #rows: number;
  #next: number;

  constructor(image: PixelImage, mask: Rle, options: CutOutOptions, what: string) {
    checkOptions(options, NAMES, what);
    const { padding = 0, isWhole = false, softEdge = 0, ground = "transparent", isOpaque = false } = options;
    checkMembers(image, "image", "pixels with data, width and height", "data", "width", "height");
    checkMaskSizes([mask], [image.height, image.width]);
    if (rleArea(mask) === 0)
      throw InputError.expected("mask", "pixels to cut out", "an empty mask", "leave it out");
    this.#photo = toPhoto(image, options.alpha);
    this.#mask = mask;
    const edge = checkWhole("softEdge", softEdge, 0, MAX_EDGE);
    this.#looks = { ...readGround(ground), edge, isOpaque };
    const region = isWhole
      ? ([0, 0, image.width, image.height] as const)
      : regionOf(mask, Math.max(0, Math.round(padding)) + edge);
    const [width, height] = [region[2] - region[0], region[3] - region[1]];
    this.result = { data: new Uint8Array(4 * width * height), width, height, channels: 4, region };
    // Each stripe also reads what reaches into it.
    this.#rows = Math.max(16, edge, this.#looks.blur, Math.floor(PIECE_PIXELS / width));
    this.#next = region[1];
  }

  /** Makes the next stripe. @returns whether there is more to do */
  goOn(): boolean {
    const [left, first, right, bottom] = this.result.region;
    const end = Math.min(bottom, this.#next + this.#rows);
    const stripe: Region = [left, this.#next, right, end];
    const from = 4 * (this.#next - first) * (right - left);
    this.#paint(stripe, this.result.data as Uint8Array, from);
    this.#next = end;
    return end < bottom;
  }

  #paint(stripe: Region, to: Uint8Array, start: number): void {
    const { data, width, channels, alpha } = this.#photo;
    const { edge, color, blur, isOpaque } = this.#looks;
    const covered = coverage(this.#mask, stripe, edge);
    const blurred = blur > 0 ? blurredGround(this.#photo, this.#mask, stripe, blur) : undefined;
    const [left, top, right] = stripe;
    const across = right - left;
    for (let i = 0; i < covered.length; i++) {
      const at = (top + Math.floor(i / across)) * width + left + (i % across);
      const own = alpha ? alpha(at) : 255;
      const inside = covered[i]! / 255;
      // A colour lies behind what is transparent in the photo too; a blurred photo is as transparent as itself.
      const share = color ? (inside * own) / 255 : blurred ? inside : 1;
      const opacity = color ? 255 : blurred ? own : Math.round(inside * own);
      const shown = isOpaque ? opacity / 255 : 1;
      if (opacity === 0 && !isOpaque) continue;
      for (let channel = 0; channel < 3; channel++) {
        const value = data[channels * at + (channels === 1 ? 0 : channel)]!;
        const behind = color ? color[channel]! : blurred ? blurred[3 * i + channel]! : value;
        const mixed = behind + (value - behind) * share;
        to[start + 4 * i + channel] = Math.round(WHITE[channel]! + (mixed - WHITE[channel]!) * shown);
      }
      to[start + 4 * i + 3] = isOpaque ? 255 : opacity;
    }
  }
}

function regionOf(mask: Rle, around: number): Region {
  const [height, width] = mask.size;
  const [x0, y0, x1, y1] = rleBox(mask);
  return [
    Math.max(0, x0 - around),
    Math.max(0, y0 - around),
    Math.min(width, x1 + 1 + around),
    Math.min(height, y1 + 1 + around),
  ];
}

interface Ground {
  readonly color: Rgb | undefined;
  /** 0 = it is not blurred. */
  readonly blur: number;
}

function readGround(ground: CutOutGround): Ground {
  if (ground === "transparent") return { color: undefined, blur: 0 };
  if (typeof ground === "object" && ground && "blur" in ground)
    return { color: undefined, blur: checkWhole("ground.blur", ground.blur, 1, MAX_BLUR) };
  const isColor =
    Array.isArray(ground) && ground.length === 3 && ground.every((value) => value >= 0 && value <= 255);
  if (isColor) return { color: ground, blur: 0 };
  const expected = '"transparent", [red, green, blue] of 0 to 255, or { blur: pixels }';
  throw InputError.expected("ground", expected, describeValue(ground), "white is [255, 255, 255]");
}

function checkWhole(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return Math.round(value);
  throw InputError.expected(name, `pixels from ${least} to ${most}`, value, "choose one of these");
}
