import { stat } from "node:fs/promises";
import type { Runtime } from "@sam2js/core";
import { isUrl } from "@sam2js/media";

/**
 * A picture's own transparency, upright: decoders of models drop it.
 *
 * @param path  of a file that has been decoded before, or its URL
 * @returns     [height, width], 0 to 255; undefined where all is opaque, and for a pipe, which has been read
 */
export async function readAlpha(
  path: string,
  runtime: Pick<Runtime, "readImageBytes">,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (!isUrl(path) && !(await stat(path)).isFile()) return undefined;
  const bytes = await runtime.readImageBytes(path, { signal });
  const { default: sharp } = await import("sharp");
  const image = sharp(bytes, { limitInputPixels: false, ignoreIcc: true, pages: 1 });
  // What another decoder reads, as BMP, has no transparency here.
  const { hasAlpha } = await image.metadata().catch(() => ({ hasAlpha: false }));
  if (!hasAlpha) return undefined;
  const pixels = image.autoOrient().ensureAlpha().toColourspace("srgb");
  const { data, info } = await pixels.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const alpha = new Uint8Array(info.width * info.height);
  for (let i = 0, at = info.channels - 1; i < alpha.length; i++, at += info.channels)
    alpha[i] = data[at] ?? 255;
  return alpha.every((value) => value === 255) ? undefined : alpha;
}
