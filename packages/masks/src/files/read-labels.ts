import { checkFunction, checkMembers, checkOptions, createBreather, UnsupportedError } from "@sam2js/core";
import type { MaskPixels } from "./mask-pixels.js";
import { isNpy, readNpy } from "./read-npy.js";
import { isPng, readPng } from "./read-png.js";

/** A number for each pixel of a file. */
export interface LabelMap {
  /** height · width numbers, row by row: palette indices, grey levels, or what an array holds. */
  readonly data: ArrayLike<number>;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** How a file of masks is read. */
export interface MaskFileOptions {
  /** What messages call the file. Default "mask". */
  readonly name?: string | undefined;
  /** Decodes files that are neither PNG nor `.npy`; without it they are refused. */
  readonly decode?: ((bytes: Uint8Array) => Promise<MaskPixels>) | undefined;
}

/**
 * Reads a map of class or instance numbers: indices of a palette, grey levels with all their 16 bits, or the numbers of a `.npy` file.
 *
 * @param source  the bytes of a file, or decoded pixels
 * @returns       undefined where it has colours instead of numbers
 * @throws {ImageError} the file is damaged, or larger than an image may be
 * @throws {InputError} an array that is not [height, width]
 * @throws {UnsupportedError} it is no PNG or `.npy`, and there is no `decode`
 */
export async function readLabels(
  source: Uint8Array | MaskPixels,
  options: MaskFileOptions = {},
): Promise<LabelMap | undefined> {
  checkOptions(options, ["name", "decode"], "readLabels options");
  const name = options.name ?? "mask";
  if (source instanceof Uint8Array && isNpy(source)) return readNpy(createBreather(undefined), source, name);
  return toLevels(await readPixels(source, name, options.decode), "equal");
}

/** Pixels of a file that is no array. */
export async function readPixels(
  source: Uint8Array | MaskPixels,
  name: string,
  decode: MaskFileOptions["decode"],
): Promise<MaskPixels> {
  if (!(source instanceof Uint8Array)) return checkedPixels(source, name);
  if (isPng(source)) return readPng(source, name);
  if (decode !== undefined) {
    checkFunction(decode, "decode", "a function from the bytes of a file to pixels");
    return checkedPixels(await decode(source), name);
  }
  throw UnsupportedError.expected(
    name,
    "a PNG or a .npy file",
    "another kind of file",
    "give a decode function, or pixels",
  );
}

function checkedPixels(pixels: MaskPixels, name: string): MaskPixels {
  const expected = "the bytes of a file (a Uint8Array), or pixels with data, width, height and channels";
  checkMembers(pixels, name, expected, "data", "width", "height", "channels");
  return pixels;
}

/**
 * One number a pixel. Between rows other work of the thread has its turn.
 *
 * @param colors  what becomes of colours: `"brightest"` takes the brightest channel, `"equal"` refuses them
 * @returns       undefined where there are colours, if they are refused
 */
export async function toLevels(
  { data, width, height, channels }: MaskPixels,
  colors: "brightest" | "equal",
): Promise<LabelMap | undefined> {
  if (channels === 1) return { data, width, height };
  const levels = new Uint16Array(width * height);
  const breathe = createBreather(undefined);
  for (let i = 0, at = 0; i < levels.length; i += 1, at += channels) {
    if (i % width === 0) await breathe();
    levels[i] = data[at]!;
    if (channels === 2) continue;
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
    if (colors === "equal" && (red !== green || red !== blue)) return undefined;
    levels[i] = Math.max(red, green, blue);
  }
  return { data: levels, width, height };
}
