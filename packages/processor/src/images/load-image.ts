import {
  describeValue,
  type ImageSource,
  InputError,
  isPixelImage,
  type Runtime,
  raceAbort,
} from "@sam2js/core";
import type { ByteImage } from "../resize/resize-rows.js";
import { toByteImage, undecodable } from "./pixels.js";

/** What decodes images that are not pixels yet; any runtime does. */
export type ImageDecoder = Pick<Runtime, "decodeImage">;

/**
 * Pixels of an image: as they are where the source holds pixels, else by the decoder (upright, RGB).
 *
 * @param name  what messages call the image: `images[0]`
 * @throws {InputError} the source needs a decoder and there is none, or it is nothing that could be an image
 * @throws {ImageError} it cannot be decoded
 */
export async function loadImage(
  source: ImageSource,
  name: string,
  decoder: ImageDecoder | undefined,
  signal: AbortSignal | undefined,
): Promise<ByteImage> {
  signal?.throwIfAborted();
  if (isPixelImage(source)) return toByteImage(source, name);
  if (typeof source !== "string" && (typeof source !== "object" || source === null)) {
    throw new InputError(
      `${name}: expected an image (path, URL, bytes, Blob, pixels or an image object), got ${describeValue(source)}`,
      { name },
    );
  }
  if (!decoder) throw undecodable(source, name);
  return toByteImage(await raceAbort(decoder.decodeImage(source, { signal }), signal), name);
}

/**
 * A flat list of sources from one source, a list, or a list of lists, as the reference takes them.
 *
 * @throws {InputError} the list is empty
 */
export function listSources<T>(
  value: T | readonly T[] | readonly (readonly T[])[],
  name: string,
): readonly T[] {
  const list = (Array.isArray(value) ? value.flat(1) : [value]) as readonly T[];
  if (list.length === 0)
    throw new InputError(`${name}: expected at least one image, got an empty list`, { name });
  return list;
}
