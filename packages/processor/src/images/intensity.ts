import { InputError } from "@sam2js/core";
import type { ImageSettings } from "../options/image-settings.js";

/** What a number of one channel becomes on its way into the network. */
export type Intensity = (value: number) => number;

type IntensitySettings = Pick<
  ImageSettings,
  "doRescale" | "rescaleFactor" | "doNormalize" | "imageMean" | "imageStd"
>;

/**
 * Rescaling and normalising: the same roundings as the reference's, which folds the factor into mean and standard deviation,
 * (v - µ/f) / (σ/f), all in float32.
 *
 * @returns one function per channel, or undefined where there is nothing to do
 * @throws {InputError} there are means or deviations for another number of channels
 */
export function intensities(settings: IntensitySettings, channels: number): readonly Intensity[] | undefined {
  const { doRescale, rescaleFactor, doNormalize } = settings;
  if (!doNormalize) {
    const factor = Math.fround(rescaleFactor);
    return doRescale ? Array.from({ length: channels }, () => (value: number) => value * factor) : undefined;
  }
  const unscale = Math.fround(doRescale ? 1 / rescaleFactor : 1);
  const means = perChannel(settings.imageMean, channels, "imageMean");
  const deviations = perChannel(settings.imageStd, channels, "imageStd");
  return means.map((mean, channel) => {
    const centre = Math.fround(Math.fround(mean) * unscale);
    const spread = Math.fround(Math.fround(deviations[channel]!) * unscale);
    return (value: number) => Math.fround(value - centre) / spread;
  });
}

function perChannel(value: number | readonly number[], channels: number, name: string): readonly number[] {
  const values = typeof value === "number" ? [value] : value;
  if (values.length === channels) return values;
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  throw InputError.expected(
    name,
    `${channels} values, one per channel`,
    values.length,
    "set doConvertRgb to true, or give as many as the image has channels",
  );
}
