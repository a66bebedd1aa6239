import { createReadStream } from "node:fs";
import {
  checkImageFileSize,
  checkImageSize,
  InputError,
  messageOf,
  NotFoundError,
  type Runtime,
  Sam2Error,
} from "@sam2js/core";
import { type MaskFile, type MaskPixels, readMask } from "@sam2js/masks";
import { isUrl } from "@sam2js/media";
import { isInBucket, readBucket } from "./address.js";
import { gather } from "./gather.js";

/** Which mask of a file is meant, and who decodes it. */
export interface LoadMaskOptions {
  /** The one index of a palette, grey level or number that is inside; see `readMask`. */
  readonly label?: number | undefined;
  readonly runtime: Pick<Runtime, "decodeImage" | "readImageBytes">;
  readonly signal: AbortSignal;
}

/**
 * The mask in a file, behind a URL or in a bucket, by the rules of `readMask`.
 *
 * @throws {NotFoundError} there is no such file  @throws {ImageError} it is no picture
 * @throws {InputError} it is no array of one mask, or no pixel is inside
 */
export async function loadMask(path: string, options: LoadMaskOptions): Promise<MaskFile> {
  const { label, runtime, signal } = options;
  const bytes = await bytesOf(path, runtime, signal);
  checkImageFileSize(bytes.length, path);
  const decode = async (file: Uint8Array) =>
    (await decodeSamples(file, path)) ?? runtime.decodeImage(file, { signal });
  const file = await readMask(bytes, { name: path, label, decode });
  if (file.mask.area > 0 || file.logits) return file;
  throw InputError.expected(path, "a mask with pixels inside", "an empty one", "choose another file");
}

function bytesOf(
  path: string,
  runtime: LoadMaskOptions["runtime"],
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (isInBucket(path)) return readBucket(path);
  return isUrl(path) ? runtime.readImageBytes(path, { signal }) : read(path, signal);
}

/** Samples with their alpha and all 16 bits; undefined where the runtime's decoder shall say what is wrong. */
async function decodeSamples(bytes: Uint8Array, path: string): Promise<MaskPixels | undefined> {
  const { default: sharp } = await import("sharp");
  const image = sharp(bytes, { failOn: "error", limitInputPixels: false, ignoreIcc: true, pages: 1 });
  const found = await image.metadata().catch(() => undefined);
  if (!found || found.space === "cmyk") return undefined;
  checkImageSize(found.width, found.height, path);
  if (!["uchar", "ushort"].includes(found.depth)) {
    const next = "save it as .npy or PNG";
    throw InputError.expected(path, "8 or 16 bits a sample", `"${found.depth}"`, next);
  }
  const isDeep = found.depth === "ushort";
  const isGrey = found.channels < 3 && !found.hasAlpha; // grey loses its alpha
  const space = isGrey ? (isDeep ? "grey16" : "b-w") : isDeep ? "rgb16" : "srgb";
  const { data, info } = await image
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: found.depth as "uchar" | "ushort" })
    .toBuffer({ resolveWithObject: true })
    .catch(() => ({ data: undefined, info: undefined }));
  if (!data) return undefined;
  const samples = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length >> 1) : data;
  const { width, height } = info;
  return { data: samples, width, height, channels: info.channels as MaskPixels["channels"] };
}

/** A file, or what a pipe has, as long as it is no larger than a picture may be. */
async function read(path: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const stream = createReadStream(path, { signal, highWaterMark: 1 << 20 });
    return await gather(stream, (size) => checkImageFileSize(size, path));
  } catch (cause) {
    signal.throwIfAborted();
    if (Sam2Error.isInstance(cause)) throw cause;
    throw NotFoundError.expected(path, "a mask file", `none (${messageOf(cause)})`, undefined, cause);
  }
}
