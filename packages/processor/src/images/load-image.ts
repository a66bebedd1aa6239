import {
  checkPixels,
  type DecodeOptions,
  describeValue,
  type ImageSource,
  InputError,
  isPixelImage,
  type PixelImage,
  type Runtime,
  raceAbort,
  rgbFromPixels,
  sourceName,
} from "@sam2js/core";

/** What decodes images that are not pixels yet; any runtime does. */
export type ImageDecoder = Pick<Runtime, "decodeImage"> & Partial<Pick<Runtime, "readImageBytes">>;

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
  options: DecodeOptions,
): Promise<PixelImage> {
  options.signal?.throwIfAborted();
  if (isPixelImage(source)) {
    checkPixels(source, name);
    return options.alpha === "white" ? rgbFromPixels(source, options, name) : source;
  }
  if (typeof source !== "string" && (typeof source !== "object" || source === null)) {
    throw InputError.expected(
      name,
      "an image (path, URL, bytes, Blob, pixels or an image object)",
      describeValue(source),
    );
  }
  if (!decoder) {
    const got = typeof source === "string" ? JSON.stringify(sourceName(source)) : describeValue(source);
    throw InputError.expected(
      name,
      "decoded pixels { data, width, height, channels }",
      got,
      "give the processor a runtime ({ runtime: createNodeRuntime() }) and it decodes files, URLs and bytes",
    );
  }
  const image = await raceAbort(decoder.decodeImage(source, options), options.signal);
  checkPixels(image, name);
  return image;
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
  if (list.length === 0) throw InputError.expected(name, "at least one image", "an empty list");
  return list;
}
