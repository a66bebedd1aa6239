import { ImageError } from "../errors/errors.js";
import { checkMembers } from "../options/check-value.js";
import { describeValue } from "../options/describe-value.js";
import type { PngSource } from "./image.js";

/** @throws {ImageError} sides, channels, data or palette do not agree */
export function checkPngSource(source: PngSource): void {
  checkMembers(source, "PNG", "pixels with data, width, height and channels", "data");
  const { data, width, height, channels, palette } = source;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    fail("data in a Uint8Array", describeValue(data));
  }
  const isSide = (value: number) => Number.isSafeInteger(value) && value >= 1;
  const isShaped = isSide(width) && isSide(height) && [1, 3, 4].includes(channels);
  if (!isShaped || data.length !== width * height * channels) {
    fail(
      "width x height x channels (1, 3 or 4) values",
      `${data.length} for ${width} x ${height} x ${channels}`,
    );
  }
  if (!palette) return;
  const colours = palette.length / 3;
  if (channels !== 1 || !Number.isInteger(colours) || colours < 1 || colours > 256) {
    fail(
      "one channel and a palette of 1 to 256 RGB triples",
      `${channels} channels and ${palette.length} values`,
    );
  }
  const stranger = data.findIndex((index) => index >= colours);
  if (stranger >= 0) fail(`indices below the ${colours} colours`, `${data[stranger]} at pixel ${stranger}`);
}

function fail(expected: string, got: string): never {
  throw ImageError.expected("PNG", expected, got);
}
