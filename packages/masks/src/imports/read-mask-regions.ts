import { checkFinite, InputError } from "@sam2js/core";
import { areLabels, bitsOfAlpha, bitsOfLevels, bitsWhere, whiteIndices } from "../files/inside.js";
import type { MaskPixels } from "../files/mask-pixels.js";
import { type LabelMap, type MaskFileOptions, readPixels, toLevels } from "../files/read-labels.js";
import { isNpy, type NpyImage, readNpy } from "../files/read-npy.js";
import { rleArea, rleFromBitmap } from "../masks/rle.js";
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
  readonly rle: Rle;
}

/**
 * Reads all objects of a picture: of a mask one, of a map of numbers, of a palette or of flat colours one for each. What is what is told as
 * `readMask` tells it.
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
  const { name = "mask", decode } = options;
  if (isNpy(bytes)) return regionsOfArray(readNpy(bytes, name), name);
  const pixels = await readPixels(bytes, name, decode);
  const { data, palette } = pixels;
  const full = pixels.full ?? (data instanceof Uint16Array ? 65535 : 255);
  const opaque = bitsOfAlpha(pixels, full);
  if (opaque) return oneMask(opaque, pixels);
  if (palette) {
    const white = whiteIndices(data, palette);
    if (white)
      return oneMask(
        bitsWhere(data, (index) => white.has(index)),
        pixels,
      );
    const colorOf = (index: number) => colorAt(palette, 3 * index);
    const regions = regionsOf(pixels, name).map((region) => ({ ...region, color: colorOf(region.value) }));
    const own = regions.filter(({ value, color }) => value !== VOID || color !== VOID_COLOR);
    return { size: sizeOf(pixels), kind: "numbers", regions: own };
  }
  const levels = await toLevels(pixels, "equal");
  if (levels) return regionsOfLevels(levels, full, name);
  const colors = {
    ...pixels,
    data: Uint32Array.from({ length: pixels.width * pixels.height }, (_, i) =>
      colorAt(data, i * pixels.channels),
    ),
  };
  const regions = regionsOf(colors, name).filter(({ value }) => value !== BLACK && value !== VOID_COLOR);
  return {
    size: sizeOf(pixels),
    kind: "colors",
    regions: regions.map((region) => ({ ...region, color: region.value })),
  };
}

function regionsOfArray(array: NpyImage, name: string): MaskRegions {
  const { data, isFloat } = array;
  checkFinite(data, name);
  const isLogits = isFloat && data.some((value) => value < 0 || !Number.isInteger(value));
  if (isLogits)
    return oneMask(
      bitsWhere(data, (value) => value > 0),
      array,
    );
  return regionsOfLevels(array, data.some((value) => value > 255) ? 65535 : 255, name);
}

function regionsOfLevels(levels: LabelMap, full: number, name: string): MaskRegions {
  if (!areLabels(levels, full)) return oneMask(bitsOfLevels(levels, full), levels);
  const regions = regionsOf(levels, name);
  return { size: sizeOf(levels), kind: regions.length > 1 ? "numbers" : "mask", regions };
}

function oneMask(bits: Uint8Array, { width, height }: Pick<MaskPixels, "width" | "height">): MaskRegions {
  const rle = rleFromBitmap(bits, width, height);
  return { size: [height, width], kind: "mask", regions: rleArea(rle) > 0 ? [{ value: 1, rle }] : [] };
}

/** The pixels of each number above 0, by number. */
function regionsOf({ data, width, height }: LabelMap, name: string): MaskRegion[] {
  const open = new Map<number, { readonly builder: RleBuilder; end: number }>();
  for (let x = 0, at = 0; x < width; x += 1) {
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
