import { checkFinite, checkOptions, InputError, Tensor } from "@sam2js/core";
import { Mask } from "../masks/mask.js";
import { rleFromBitmap } from "../masks/rle.js";
import { bitsOfAlpha, bitsOfLabel, bitsOfLevels, bitsWhere, whiteIndices } from "./inside.js";
import type { MaskPixels } from "./mask-pixels.js";
import { type MaskFileOptions, readPixels, toLevels } from "./read-labels.js";
import { isNpy, type NpyImage, readNpy } from "./read-npy.js";

/** How a mask is read from a file. */
export interface ReadMaskOptions extends MaskFileOptions {
  /** Only this index of a palette, grey level or number is inside. */
  readonly label?: number | undefined;
}

/** A mask out of a file, of the file's size. */
export interface MaskFile {
  /** Pixels inside; for logits those above 0. */
  readonly mask: Mask;
  /** float32 [height, width], where the file holds logits. */
  readonly logits?: Tensor<"float32">;
}

/**
 * Reads a mask from a file or from pixels. Inside is, unless `label` chooses one:
 *
 * - with an alpha channel or transparent colours in use: what is at least half opaque
 * - with a palette: every index but 0; by brightness if black and white are the only colours in use
 * - in grey, and in colours by their brightest channel: half of the brightest level and more, or every level but 0 where they are labels
 * - in a `.npy` file of booleans or integers: as in grey; negative numbers are outside
 * - in a `.npy` file of floats: what is above 0, for they are logits; whole numbers without a negative one are read as integers
 *
 * @param source  the bytes of a file, or decoded pixels
 * @throws {ImageError} the file is damaged, or larger than an image may be
 * @throws {InputError} not one mask, a number that is not finite, probabilities, or a label that it does not have
 * @throws {UnsupportedError} it is no PNG or `.npy`, and there is no `decode`
 */
export async function readMask(
  source: Uint8Array | MaskPixels,
  options: ReadMaskOptions = {},
): Promise<MaskFile> {
  checkOptions(options, ["name", "decode", "label"], "readMask options");
  const { name = "mask", label, decode } = options;
  if (source instanceof Uint8Array && isNpy(source)) return fromArray(readNpy(source, name), label, name);
  const pixels = await readPixels(source, name, decode);
  return { mask: toMask(await bitsOfPixels(pixels, label, name), pixels) };
}

function toMask(
  bits: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Mask {
  return new Mask(rleFromBitmap(bits, width, height));
}

function fromArray(array: NpyImage, label: number | undefined, name: string): MaskFile {
  const { data, width, height, isFloat } = array;
  checkFinite(data, name);
  const isNumbers = !isFloat || data.every((value) => value >= 0 && Number.isInteger(value));
  if (label !== undefined) return { mask: toMask(bitsOfLabel(array, label, name), array) };
  if (isNumbers) {
    const full = data.some((value) => value > 255) ? 65535 : 255;
    return { mask: toMask(bitsOfLevels(array, full), array) };
  }
  if (!data.some((value) => value < 0)) {
    throw InputError.expected(
      name,
      "logits, above 0 inside and below 0 outside",
      "fractions without a negative one",
      "save array > 0.5 if they are probabilities",
    );
  }
  const logits = new Tensor("float32", Float32Array.from(data), [height, width]);
  checkFinite(logits.data, name);
  return {
    mask: toMask(
      bitsWhere(data, (value) => value > 0),
      array,
    ),
    logits,
  };
}

async function bitsOfPixels(
  pixels: MaskPixels,
  label: number | undefined,
  name: string,
): Promise<Uint8Array> {
  const { data, palette } = pixels;
  const full = pixels.full ?? (data instanceof Uint16Array ? 65535 : 255);
  if (label !== undefined) {
    const levels = await toLevels(pixels, "equal");
    if (levels) return bitsOfLabel(levels, label, name);
    throw InputError.expected(
      name,
      "a palette, grey levels or numbers to choose a label from",
      "colours",
      "leave the label out",
    );
  }
  const opaque = bitsOfAlpha(pixels, full);
  if (opaque) return opaque;
  if (!palette) return bitsOfLevels((await toLevels(pixels, "brightest"))!, full);
  const white = whiteIndices(data, palette);
  return bitsWhere(data, white ? (index) => white.has(index) : (index) => index !== 0);
}
