import { InputError } from "@sam2js/core";
import type { ImageSettings } from "../options/image-settings.js";

/** What each grey level 0..255 of one channel becomes. */
export type IntensityTable = Uint8Array | Float32Array;

type IntensitySettings = Pick<
  ImageSettings,
  "doRescale" | "rescaleFactor" | "doNormalize" | "imageMean" | "imageStd"
>;

/**
 * Rescaling and normalising, as tables over the 256 grey levels: the same roundings as the reference's, which folds the factor into
 * mean and standard deviation, (v - µ/f) / (σ/f), all in float32. With neither step the levels stay bytes.
 *
 * @returns one table per channel
 * @throws {InputError} there are means or deviations for another number of channels
 */
export function intensityTables(settings: IntensitySettings, channels: number): readonly IntensityTable[] {
  const { doRescale, rescaleFactor, doNormalize } = settings;
  if (!doNormalize) {
    const factor = Math.fround(rescaleFactor);
    const table = doRescale
      ? Float32Array.from({ length: 256 }, (_, level) => level * factor)
      : Uint8Array.from({ length: 256 }, (_, level) => level);
    return Array.from({ length: channels }, () => table);
  }
  const unscale = Math.fround(doRescale ? 1 / rescaleFactor : 1);
  const means = perChannel(settings.imageMean, channels, "imageMean");
  const deviations = perChannel(settings.imageStd, channels, "imageStd");
  return means.map((mean, channel) => {
    const centre = Math.fround(Math.fround(mean) * unscale);
    const spread = Math.fround(Math.fround(deviations[channel]!) * unscale);
    return Float32Array.from({ length: 256 }, (_, level) => Math.fround(level - centre) / spread);
  });
}

function perChannel(value: number | readonly number[], channels: number, name: string): readonly number[] {
  const values = typeof value === "number" ? [value] : value;
  if (values.length === channels) return values;
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  throw new InputError(
    `${name}: expected ${channels} values, one per channel, got ${values.length}; set doConvertRgb to true, or give as many as the image has channels`,
    { name, channels, values },
  );
}
