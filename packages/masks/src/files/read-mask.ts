import { checkFinite, checkOptions, createBreather, InputError, Tensor } from "@sam2js/core";
import { Mask } from "../masks/mask.js";
import { rleFromLargeBitmap } from "../masks/rle.js";
import { type Breathe, isAny } from "./in-pieces.js";
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
 * Reads a mask from a file or from pixels, in pieces: other work of the thread has its turn between them. Inside is, unless `label` chooses one:
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
  const breathe = createBreather(undefined);
  if (source instanceof Uint8Array && isNpy(source)) {
    return fromArray(breathe, await readNpy(breathe, source, name), label, name);
  }
  const pixels = await readPixels(source, name, decode);
  return { mask: await toMask(breathe, await bitsOfPixels(breathe, pixels, label, name), pixels) };
}

async function toMask(
  breathe: Breathe,
  bits: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Mask> {
  return new Mask(await rleFromLargeBitmap(breathe, bits, width, height));
}

async function fromArray(
  breathe: Breathe,
  array: NpyImage,
  label: number | undefined,
  name: string,
): Promise<MaskFile> {
  const { data, width, height, isFloat } = array;
  await breathe();
  checkFinite(data, name);
  const maskOf = async (bits: Promise<Uint8Array>) => toMask(breathe, await bits, array);
  if (label !== undefined) return { mask: await maskOf(bitsOfLabel(breathe, array, label, name)) };
  const isNoNumber = (value: number) => value < 0 || !Number.isInteger(value);
  if (!isFloat || !(await isAny(breathe, data, isNoNumber))) {
    const full = (await isAny(breathe, data, (value) => value > 255)) ? 65535 : 255;
    return { mask: await maskOf(bitsOfLevels(breathe, array, full)) };
  }
  if (!(await isAny(breathe, data, (value) => value < 0))) {
    throw InputError.expected(
      name,
      "logits, above 0 inside and below 0 outside",
      "fractions without a negative one",
      "save array > 0.5 if they are probabilities",
    );
  }
  await breathe();
  const logits = new Tensor("float32", new Float32Array(data), [height, width]);
  if (data instanceof Float64Array) checkFinite(logits.data, name);
  return { mask: await maskOf(bitsWhere(breathe, data, (value) => value > 0)), logits };
}

async function bitsOfPixels(
  breathe: Breathe,
  pixels: MaskPixels,
  label: number | undefined,
  name: string,
): Promise<Uint8Array> {
  const { data, palette } = pixels;
  const full = pixels.full ?? (data instanceof Uint16Array ? 65535 : 255);
  if (label !== undefined) {
    const levels = await toLevels(pixels, "equal");
    if (levels) return bitsOfLabel(breathe, levels, label, name);
    throw InputError.expected(
      name,
      "a palette, grey levels or numbers to choose a label from",
      "colours",
      "leave the label out",
    );
  }
  const opaque = await bitsOfAlpha(breathe, pixels, full);
  if (opaque) return opaque;
  if (!palette) return bitsOfLevels(breathe, (await toLevels(pixels, "brightest"))!, full);
  const white = await whiteIndices(breathe, data, palette);
  return bitsWhere(breathe, data, white ? (index) => white.has(index) : (index) => index !== 0);
}
