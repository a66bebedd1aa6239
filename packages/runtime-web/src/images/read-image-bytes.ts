import { base64Image, checkImageFileSize, fetchImage, imageAddress, sourceName } from "@sam2js/core";

/** The bytes of an image file: of a URL, of bare base64, or of a blob. */
export async function readImageBytes(
  source: string | URL | Blob,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (source instanceof Blob) {
    checkImageFileSize(source.size, sourceName(source));
    return new Uint8Array(await source.arrayBuffer());
  }
  const text = imageAddress(source);
  return base64Image(text) ?? fetchImage(text, signal);
}
