import { ImageError, type PngSource } from "@sam2js/core";

/** @throws {ImageError} sides, channels, data or palette do not agree */
export function checkPngSource({ data, width, height, channels, palette }: PngSource): void {
  const isSide = (value: number) => Number.isSafeInteger(value) && value >= 1;
  const isShaped =
    isSide(width) &&
    isSide(height) &&
    [1, 3, 4].includes(channels) &&
    data.length === width * height * channels;
  if (!isShaped) {
    throw new ImageError(
      `PNG: expected width x height x channels (1, 3 or 4) values, got ${data.length} for ${width} x ${height} x ${channels}`,
      { width, height, channels, length: data.length },
    );
  }
  if (!palette) return;
  const colours = palette.length / 3;
  if (channels !== 1 || !Number.isInteger(colours) || colours < 1 || colours > 256) {
    throw new ImageError(
      `PNG: expected one channel and a palette of 1 to 256 RGB triples, got ${channels} channels and ${palette.length} values`,
      { channels, length: palette.length },
    );
  }
  const stranger = data.findIndex((index) => index >= colours);
  if (stranger < 0) return;
  throw new ImageError(
    `PNG: pixel ${stranger} has index ${data[stranger]}, but the palette has ${colours} colours`,
    {
      index: data[stranger],
      colours,
    },
  );
}
