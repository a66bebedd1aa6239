import {
  checkImageSize,
  describeValue,
  type ImageSource,
  InputError,
  isPixelImage,
  ShapeError,
  type TensorLike,
} from "@sam2js/core";
import type { OriginalSize } from "../prompts/original-sizes.js";
import type { ByteImage } from "../resize/byte-image.js";
import type { FloatPlane } from "../resize/resize-floats.js";
import type { Picture, PictureType } from "./picture.js";

/** Numbers of pixels. `Float64Array` is taken for float32. */
export type PixelNumbers =
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * Images as an array, in the reference's forms: [height, width, channels], [channels, height, width], or several with one more axis in
 * front. The kind of `data` counts, whatever its range: give `doRescale: false` for numbers that are 0 to 1 already.
 */
export interface ImageArray {
  /** Sizes of the axes. */
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: PixelNumbers;
}

/** As `PixelImage` of `@sam2js/core`, with other numbers than bytes. */
export interface NumberImage {
  /** `width · height · channels` numbers, row-major, channels interleaved. */
  readonly data: PixelNumbers;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Grey (1), RGB (3, the default) or RGBA (4). */
  readonly channels?: number | undefined;
}

/** Where an array has its channels: first [C, H, W] or last [H, W, C]. */
export type InputDataFormat = "channels_first" | "channels_last";

/** An image in any form. */
export type ImageInput = ImageSource | ImageArray | NumberImage | TensorLike;

/** Whether a value holds images as an array. */
export function isImageArray(value: unknown): value is ImageArray | NumberImage {
  if (
    typeof value !== "object" ||
    value === null ||
    !ArrayBuffer.isView((value as { data?: unknown }).data)
  ) {
    return false;
  }
  const { dims, data, width } = value as Partial<ImageArray & NumberImage>;
  return (
    Array.isArray(dims) ||
    (typeof width === "number" && !(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
  );
}

/**
 * Reads images that lie in an array, without copying them.
 *
 * @param format  where the channels are; without, where there are 1, 3 or 4, first before last, as the reference guesses
 * @param name    what messages call the array: `images[0]`
 * @throws {ShapeError} the axes are none of an image, or do not fit the data
 * @throws {InputError} a kind of numbers that is not taken
 * @throws {ImageError} a side is too long
 */
export function readArrays(
  value: ImageArray | NumberImage,
  format: InputDataFormat | undefined,
  name: string,
): readonly Picture[] {
  const isSized = !("dims" in value);
  const dims = isSized ? [value.height, value.width, value.channels ?? 3] : value.dims;
  const data = value.data instanceof Float64Array ? Float32Array.from(value.data) : value.data;
  const type = typeOf(data, value, name);
  if (dims.length !== 3 && dims.length !== 4) {
    throw ShapeError.expected(
      name,
      "[H, W, C], [C, H, W] or one axis more for several images",
      dims,
      "add the missing axes",
    );
  }
  const [axis0, axis1, axis2] = dims.slice(-3) as [number, number, number];
  const isFirst = isSized ? false : channelsFirst(axis0, axis2, format, dims, name);
  const [channels, height, width] = isFirst ? [axis0, axis1, axis2] : [axis2, axis0, axis1];
  checkImageSize(width, height, name);
  const area = height * width;
  const count = dims.length === 4 ? dims[0]! : 1;
  if (![1, 3, 4].includes(channels) || data.length !== count * channels * area || count < 1) {
    throw ShapeError.expected(
      name,
      `${dims.join(" x ")} numbers in 1, 3 or 4 channels`,
      dims,
      `${data.length} numbers were given for ${channels} channels`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const own = data.subarray(index * channels * area, (index + 1) * channels * area);
    return { width, height, type, channels, parts: partsOf(own, { width, height, channels, isFirst }) };
  });
}

/**
 * Size of an image that lies in memory, and of the first of several.
 *
 * @returns [height, width] in pixels; undefined of files, image objects, and what is none
 * @throws {ShapeError} an array that holds no image
 */
export function sizeOfPixels(value: unknown, name: string): OriginalSize | undefined {
  if (isPixelImage(value)) return [value.height, value.width];
  const [first] = isImageArray(value) ? readArrays(value, undefined, name) : [];
  return first && [first.height, first.width];
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly isFirst: boolean;
}

function partsOf(
  data: Exclude<PixelNumbers, Float64Array>,
  { width, height, channels, isFirst }: Layout,
): readonly (ByteImage | FloatPlane)[] {
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (isBytes && !isFirst) return [{ data, width, height, stride: channels, channels }];
  return Array.from({ length: channels }, (_, channel) => {
    const begin = isFirst ? channel * width * height : channel;
    const plane = { width, height, stride: isFirst ? 1 : channels };
    return isBytes
      ? { ...plane, data: data.subarray(begin), channels: 1 }
      : { ...plane, data: data.subarray(begin) };
  });
}

function channelsFirst(
  first: number,
  last: number,
  format: InputDataFormat | undefined,
  dims: readonly number[],
  name: string,
): boolean {
  if (format !== undefined) return format === "channels_first";
  const isChannels = (size: number) => size === 1 || size === 3 || size === 4;
  if (isChannels(first) || isChannels(last)) return isChannels(first);
  throw ShapeError.expected(
    name,
    "1, 3 or 4 channels on the first or last axis of an image",
    dims,
    "give inputDataFormat",
  );
}

function typeOf(data: unknown, value: object, name: string): PictureType {
  const isHalf = (value as { readonly type?: unknown }).type === "float16";
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return "uint8";
  if (data instanceof Uint16Array && !isHalf) return "uint16";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Float32Array) return "float32";
  const expected = "numbers as Uint8Array, Uint16Array, Int32Array, Float32Array or Float64Array";
  const got = isHalf ? "float16" : describeValue(data);
  throw InputError.expected(name, expected, got, "convert them with Float32Array.from(data, Number)");
}
