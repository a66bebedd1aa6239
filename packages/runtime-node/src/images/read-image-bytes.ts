import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DownloadError, ImageError, NotFoundError } from "@sam2js/core";
import { proxyFetch } from "../net/proxy-fetch.js";

/** Larger image files are refused, so that a server's answer without end fills no memory: 512 million grey pixels fit, uncompressed. */
const MAX_FILE_BYTES = 2 ** 29;

/**
 * The bytes of an image file: of a path, of a `file:`, `http(s):`, `data:` or `blob:` URL, or of a blob.
 *
 * @throws {NotFoundError} there is no such file
 * @throws {DownloadError} the address does not answer with a file
 * @throws {ImageError} the file is too large
 */
export async function readImageBytes(
  source: string | URL | Blob,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (source instanceof Blob) {
    requireSize(source.size, "blob");
    return new Uint8Array(await source.arrayBuffer());
  }
  const text = String(source);
  if (/^(https?|data|blob):/i.test(text)) return fetchImage(text, signal);
  return readImageFile(/^file:/i.test(text) ? fileURLToPath(text) : text, signal);
}

async function readImageFile(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new NotFoundError(`${path}: there is no such image file; check the path`, { cause: error, path });
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new ImageError(`${path}: cannot be read: ${message}`, { cause: error, path });
  }
}

async function fetchImage(url: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const name = url.startsWith("data:") ? "data: URL" : url;
  try {
    const response = await proxyFetch()(url, signal ? { signal } : {});
    if (response.status === 404) {
      throw new NotFoundError(`${name}: the server has no such image`, { url: name });
    }
    if (!response.ok || !response.body) {
      throw new DownloadError(`${name}: expected an image, got status ${response.status}`, { url: name });
    }
    requireSize(Number(response.headers.get("content-length") ?? 0), name);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      parts.push(part);
      size += part.length;
      requireSize(size, name);
    }
    return Buffer.concat(parts, size);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TypeError) {
      const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
      throw new DownloadError(`${name}: ${error.message}${cause}`, { cause: error, url: name });
    }
    throw error;
  }
}

function requireSize(sizeBytes: number, name: string): void {
  if (sizeBytes <= MAX_FILE_BYTES) return;
  throw new ImageError(`${name}: the image file is larger than ${MAX_FILE_BYTES} bytes`, { name, sizeBytes });
}
