import type { Alpha } from "@sam2js/core";
import type { Fail } from "./fail.js";
import { parseResample, RESAMPLE_NAMES, type Resample, type ResampleName } from "./resample.js";
import { type FixedSize, parseFixedSize, parseSize, type Size, type SizeOption, sizeToJSON } from "./size.js";

/**
 * What becomes of an image before the network sees it. Every option may stand in the model's file, be given to the constructor, and be
 * given to a single call; the last wins. `undefined` and `null` mean: not given.
 */
export interface ImageOptions {
  /** Bring 1, 2 and 4 channels to RGB: grey is repeated, and `alpha` says what becomes of transparency. Default true. */
  readonly doConvertRgb?: boolean | null | undefined;
  /** `"drop"` takes the colours that stand under transparency, as `.convert("RGB")` does; `"white"` blends them with white. Default `"drop"`. */
  readonly alpha?: Alpha | null | undefined;
  /** Resize images to `size` and segmentation maps to `maskSize`. Default true. */
  readonly doResize?: boolean | null | undefined;
  /** In pixels. Default 1024 x 1024. */
  readonly size?: SizeOption | null | undefined;
  /** Whether a single number as `size` means a square, else the shorter side. Default true. */
  readonly defaultToSquare?: boolean | null | undefined;
  /** Default `"bilinear"` (2). */
  readonly resample?: Resample | null | undefined;
  /** Cut `cropSize` out of the middle after resizing; smaller images get a black margin. Default false. */
  readonly doCenterCrop?: boolean | null | undefined;
  /** In pixels. */
  readonly cropSize?: SizeOption | null | undefined;
  /** Multiply grey levels 0..255 by `rescaleFactor`. Default true. */
  readonly doRescale?: boolean | null | undefined;
  /** Default 1/255. */
  readonly rescaleFactor?: number | null | undefined;
  /** Subtract `imageMean` and divide by `imageStd`. Default true. */
  readonly doNormalize?: boolean | null | undefined;
  /** One for all channels, or one per channel. Default ImageNet's [0.485, 0.456, 0.406]. */
  readonly imageMean?: number | readonly number[] | null | undefined;
  /** One for all channels, or one per channel, not 0. Default ImageNet's [0.229, 0.224, 0.225]. */
  readonly imageStd?: number | readonly number[] | null | undefined;
  /** Add zeros at the right and the bottom up to `padSize`, or to the largest image of the batch. Default false. */
  readonly doPad?: boolean | null | undefined;
  /** In pixels. */
  readonly padSize?: SizeOption | null | undefined;
  /** What segmentation maps are resized to, in pixels. Default 256 x 256. */
  readonly maskSize?: SizeOption | null | undefined;
}

/** {@link ImageOptions} with defaults filled in and forms made one. */
export interface ImageSettings {
  /** Whether 1, 2 and 4 channels become RGB. */
  readonly doConvertRgb: boolean;
  /** What becomes of transparency on the way to RGB. */
  readonly alpha: Alpha;
  /** Whether images become `size` and segmentation maps `maskSize`. */
  readonly doResize: boolean;
  /** What images are resized to, in pixels. */
  readonly size: Size;
  /** Whether a number given as `size` to a single call means a square, else the shorter side. */
  readonly defaultToSquare: boolean;
  /** The filter of the resize; segmentation maps are always nearest. */
  readonly resample: ResampleName;
  /** Whether `cropSize` is cut out of the middle after resizing; it is never missing then. */
  readonly doCenterCrop: boolean;
  /** In pixels. */
  readonly cropSize?: FixedSize;
  /** Whether grey levels 0..255 are multiplied by `rescaleFactor`. */
  readonly doRescale: boolean;
  /** Not 0. */
  readonly rescaleFactor: number;
  /** Whether `imageMean` is subtracted and the rest divided by `imageStd`. */
  readonly doNormalize: boolean;
  /** One for all channels, or one per channel, in units after rescaling. */
  readonly imageMean: number | readonly number[];
  /** One for all channels, or one per channel, not 0, in units after rescaling. */
  readonly imageStd: number | readonly number[];
  /** Whether zeros are added at the right and the bottom, up to `padSize`. */
  readonly doPad: boolean;
  /** In pixels; missing means the largest height and width of the batch. */
  readonly padSize?: FixedSize;
  /** What segmentation maps are resized to, in pixels: the size of the model's masks. */
  readonly maskSize: FixedSize;
}

/** The reference's defaults for SAM 2. */
export const DEFAULT_IMAGE_SETTINGS: ImageSettings = Object.freeze({
  doConvertRgb: true,
  alpha: "drop",
  doResize: true,
  size: Object.freeze({ height: 1024, width: 1024 }),
  defaultToSquare: true,
  resample: "bilinear",
  doCenterCrop: false,
  doRescale: true,
  rescaleFactor: 1 / 255,
  doNormalize: true,
  imageMean: Object.freeze([0.485, 0.456, 0.406]),
  imageStd: Object.freeze([0.229, 0.224, 0.225]),
  doPad: false,
  maskSize: Object.freeze({ height: 256, width: 256 }),
});

type Key = keyof ImageSettings;
type Reader = (value: unknown, name: string, fail: Fail, square: boolean) => unknown;

const READERS: Readonly<Record<Key, Reader>> = {
  doConvertRgb: parseFlag,
  alpha: (value, name, fail) =>
    value === "drop" || value === "white" ? value : fail(name, '"drop" or "white"', value),
  doResize: parseFlag,
  size: parseSize,
  defaultToSquare: parseFlag,
  resample: parseResample,
  doCenterCrop: parseFlag,
  cropSize: parseFixedSize,
  doRescale: parseFlag,
  rescaleFactor: parseFactor,
  doNormalize: parseFlag,
  imageMean: (value, name, fail) => parseChannelValues(value, name, fail, "finite numbers", Number.isFinite),
  imageStd: (value, name, fail) =>
    parseChannelValues(value, name, fail, "finite numbers, not 0", (v) => Number.isFinite(v) && v !== 0),
  doPad: parseFlag,
  padSize: parseFixedSize,
  maskSize: parseFixedSize,
};

/** Names of all {@link ImageOptions}. */
export const IMAGE_OPTION_NAMES = Object.keys(READERS) as readonly Key[];

/** The name that the reference's files have for an option: `doResize` is `do_resize`. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Lays options over settings.
 *
 * @param read  gives the raw value of an option
 * @param label gives the name of an option in messages
 * @throws what `fail` throws, for the first option that is not valid
 */
export function mergeImageSettings(
  base: ImageSettings,
  read: (name: Key) => unknown,
  label: (name: Key) => string,
  fail: Fail,
): ImageSettings {
  const square = parseFlag(read("defaultToSquare") ?? base.defaultToSquare, label("defaultToSquare"), fail);
  const merged: Partial<Record<Key, unknown>> = { ...base };
  for (const name of IMAGE_OPTION_NAMES) {
    const value = read(name);
    if (value !== undefined && value !== null) merged[name] = READERS[name](value, label(name), fail, square);
  }
  const settings = merged as unknown as ImageSettings;
  if (settings.doCenterCrop && !settings.cropSize) {
    fail(label("cropSize"), "a size, since center crop is on", undefined);
  }
  return Object.freeze(settings);
}

/** What the reference's files do not say where it is the default; `alpha` is no key of theirs. */
const UNSAID: readonly Key[] = ["alpha", "defaultToSquare", "doCenterCrop", "doPad"];

/** Settings as the reference's files write them. */
export function imageSettingsToJSON(settings: ImageSettings): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const name of IMAGE_OPTION_NAMES) {
    const value = settings[name];
    if (value === undefined || (UNSAID.includes(name) && value === DEFAULT_IMAGE_SETTINGS[name])) continue;
    json[toSnakeCase(name)] =
      name === "resample"
        ? RESAMPLE_NAMES.indexOf(settings.resample)
        : typeof value === "object" && !Array.isArray(value)
          ? sizeToJSON(value as Size)
          : Array.isArray(value)
            ? [...value]
            : value;
  }
  return json;
}

/** `true` or `false`, else what `fail` throws. */
export function parseFlag(value: unknown, name: string, fail: Fail): boolean {
  return typeof value === "boolean" ? value : fail(name, "true or false", value);
}

function parseFactor(value: unknown, name: string, fail: Fail): number {
  return typeof value === "number" && Number.isFinite(value) && value !== 0
    ? value
    : fail(name, "a finite number, not 0", value);
}

function parseChannelValues(
  value: unknown,
  name: string,
  fail: Fail,
  expected: string,
  isValid: (value: number) => boolean,
): number | readonly number[] {
  if (typeof value === "number" && isValid(value)) return value;
  const isList = Array.isArray(value) && value.length >= 1 && value.length <= 4;
  if (isList && value.every((item) => typeof item === "number" && isValid(item))) {
    return Object.freeze([...(value as number[])]);
  }
  return fail(name, `${expected}, one or one per channel`, value);
}
