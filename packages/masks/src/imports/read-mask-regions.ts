import { checkBytes, checkFinite, checkOptions, createBreather, InputError } from "@sam2js/core";
import { type Breathe, inPieces, isAny } from "../files/in-pieces.js";
import { bitsOfAlpha, bitsOfLevels, bitsWhere, levelsOf, whiteIndices } from "../files/inside.js";
import type { MaskPixels } from "../files/mask-pixels.js";
import { type LabelMap, type MaskFileOptions, readPixels, toLevels } from "../files/read-labels.js";
import { isNpy, type NpyImage, readNpy } from "../files/read-npy.js";
import { rleArea, rleFromLargeBitmap } from "../masks/rle.js";
import { RleBuilder } from "../masks/rle-builder.js";
import type { Rle } from "../masks/run-lengths.js";

/** A picture with more numbers or colours than this is no map of objects. */
const MOST_REGIONS = 4096;
/** Index and colour of Pascal VOC's void, which lies along borders and belongs to nobody. */
const VOID = 255;
const VOID_COLOR = 0xe0e0c0;
const BLACK = 0;

/** What a picture of masks holds. */
export interface MaskRegions {
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** `"mask"`: inside and outside of one object. `"numbers"`, `"colors"`: a region for each but 0 and black. */
  readonly kind: "mask" | "numbers" | "colors";
  /** In the order of their numbers; none is empty. */
  readonly regions: readonly MaskRegion[];
}

/** The pixels of one number or colour. */
export interface MaskRegion {
  /** Palette index, grey level, number of an array, or 0xrrggbb; 1 for a mask. */
  readonly value: number;
  /** 0xrrggbb, where the picture has colours. */
  readonly color?: number | undefined;
  /** Its pixels. */
  readonly rle: Rle;
}

/**
 * Reads all objects of a picture: of a mask one, of a map of numbers, of a palette or of flat colours one for each. What is what is told as
 * `readMask` tells it. Between pieces of the picture other work of the thread has its turn.
 *
 * @param bytes  of a PNG or a `.npy` file, or of what `decode` takes
 * @throws {ImageError} the file is damaged, or larger than an image may be
 * @throws {InputError} it is a picture with many colours, or an array that is not [height, width]
 * @throws {UnsupportedError} it is no PNG or `.npy`, and there is no `decode`
 */
export async function readMaskRegions(
  bytes: Uint8Array,
  options: MaskFileOptions = {},
): Promise<MaskRegions> {
  checkOptions(options, ["name", "decode"], "readMaskRegions options");
  const { name = "mask", decode } = options;
  checkBytes(bytes, name);
  const breathe = createBreather(undefined);
  if (isNpy(bytes)) return regionsOfArray(breathe, await readNpy(breathe, bytes, name), name);
  const pixels = await readPixels(bytes, name, decode);
  const { data, palette } = pixels;
  const full = pixels.full ?? (data instanceof Uint16Array ? 65535 : 255);
  const opaque = await bitsOfAlpha(breathe, pixels, full);
  if (opaque) return oneMask(breathe, opaque, pixels);
  if (palette) {
    const white = await whiteIndices(breathe, data, palette);
    if (white) {
      const bits = await bitsWhere(breathe, data, (index) => white.has(index));
      return oneMask(breathe, bits, pixels);
    }
    const colorOf = (index: number) => colorAt(palette, 3 * index);
    const all = await regionsOf(breathe, pixels, name);
    const regions = all.map((region) => ({ ...region, color: colorOf(region.value) }));
    const own = regions.filter(({ value, color }) => value !== VOID || color !== VOID_COLOR);
    return { size: sizeOf(pixels), kind: "numbers", regions: own };
  }
  const levels = await toLevels(pixels, "equal");
  if (levels) return regionsOfLevels(breathe, levels, full, name);
  const colors = { ...pixels, data: new Uint32Array(pixels.width * pixels.height) };
  await inPieces(breathe, colors.data.length, (begin, end) => {
    for (let i = begin; i < end; i += 1) colors.data[i] = colorAt(data, i * pixels.channels);
  });
  const all = await regionsOf(breathe, colors, name);
  const regions = all.filter(({ value }) => value !== BLACK && value !== VOID_COLOR);
  return {
    size: sizeOf(pixels),
    kind: "colors",
    regions: regions.map((region) => ({ ...region, color: region.value })),
  };
}

async function regionsOfArray(breathe: Breathe, array: NpyImage, name: string): Promise<MaskRegions> {
  const { data, isFloat } = array;
  checkFinite(data, name);
  if (isFloat && (await isAny(breathe, data, (value) => value < 0 || !Number.isInteger(value)))) {
    return oneMask(breathe, await bitsWhere(breathe, data, (value) => value > 0), array);
  }
  const full = (await isAny(breathe, data, (value) => value > 255)) ? 65535 : 255;
  return regionsOfLevels(breathe, array, full, name);
}

async function regionsOfLevels(
  breathe: Breathe,
  levels: LabelMap,
  full: number,
  name: string,
): Promise<MaskRegions> {
  if (!(await levelsOf(breathe, levels, full)).areLabels) {
    return oneMask(breathe, await bitsOfLevels(breathe, levels, full), levels);
  }
  const regions = await regionsOf(breathe, levels, name);
  return { size: sizeOf(levels), kind: regions.length > 1 ? "numbers" : "mask", regions };
}

async function oneMask(
  breathe: Breathe,
  bits: Uint8Array,
  { width, height }: Pick<MaskPixels, "width" | "height">,
): Promise<MaskRegions> {
  const rle = await rleFromLargeBitmap(breathe, bits, width, height);
  return { size: [height, width], kind: "mask", regions: rleArea(rle) > 0 ? [{ value: 1, rle }] : [] };
}

/** The pixels of each number above 0, by number. */
async function regionsOf(
  breathe: Breathe,
  { data, width, height }: LabelMap,
  name: string,
): Promise<MaskRegion[]> {
  const open = new Map<number, { readonly builder: RleBuilder; end: number }>();
  for (let x = 0, at = 0; x < width; x += 1) {
    await breathe();
    for (let y = 0; y < height; ) {
      const value = data[y * width + x]!;
      let next = y + 1;
      while (next < height && data[next * width + x] === value) next += 1;
      if (value > 0) {
        const region = open.get(value) ?? { builder: new RleBuilder(), end: 0 };
        region.builder.add(false, at - region.end);
        region.builder.add(true, next - y);
        region.end = at + next - y;
        open.set(value, region);
        if (open.size > MOST_REGIONS)
          throw InputError.expected(
            name,
            `a map of at most ${MOST_REGIONS} objects`,
            "a picture with more numbers or colours",
          );
      }
      at += next - y;
      y = next;
    }
  }
  return [...open]
    .sort(([a], [b]) => a - b)
    .map(([value, { builder, end }]) => {
      builder.add(false, width * height - end);
      return { value, rle: { size: [height, width], counts: builder.finish() } };
    });
}

function colorAt(samples: ArrayLike<number>, at: number): number {
  return ((samples[at] ?? 0) << 16) | ((samples[at + 1] ?? 0) << 8) | (samples[at + 2] ?? 0);
}

function sizeOf({ width, height }: Pick<MaskPixels, "width" | "height">): readonly [number, number] {
  return [height, width];
}
