import { fileURLToPath } from "node:url";
import {
  base64Image,
  checkImageFileSize,
  fetchImage,
  InputError,
  imageAddress,
  sourceName,
} from "@sam2js/core";
import { proxyFetch } from "../net/proxy-fetch.js";
import { readImageFile } from "./read-image-file.js";

/**
 * The bytes of an image file: of a path, of a `file:`, `http(s):`, `data:` or `blob:` URL, of bare base64, or of a blob.
 *
 * @throws {InputError} a URL is not valid
 * @throws {NotFoundError} there is no such file
 * @throws {DownloadError} the address does not answer with a file
 * @throws {ImageError} the file is too large, or begins no picture
 */
export async function readImageBytes(
  source: string | URL | Blob,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (source instanceof Blob) {
    checkImageFileSize(source.size, sourceName(source));
    return new Uint8Array(await source.arrayBuffer());
  }
  const text = imageAddress(source);
  if (/^(https?|data|blob):/i.test(text)) return fetchImage(text, signal, proxyFetch());
  if (/^file:/i.test(text)) return readImageFile(pathOf(text), signal);
  try {
    return await readImageFile(text, signal);
  } catch (error) {
    const picture = base64Image(text);
    if (picture) return picture;
    throw error;
  }
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    const name = sourceName(url);
    const expected = "a file: URL";
    throw InputError.expected(
      name,
      expected,
      `one that names no file here (${(cause as Error).message})`,
      "give the path instead, or write % as %25",
      cause,
    );
  }
}
