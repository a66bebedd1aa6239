import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type BatchEntry, isS3, readLines } from "@sam2js/batch";
import { type ImageSource, InputError, type Runtime } from "@sam2js/core";
import { readBucket } from "../io/address.js";

/** What a runtime can decode: what it does not open itself is fetched. */
export async function imageSource({ image }: BatchEntry): Promise<ImageSource> {
  return isS3(image) ? readBucket(image) : image;
}

/** The bytes of a picture, wherever it is. */
export async function entryBytes(
  { image }: BatchEntry,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return isS3(image) ? readBucket(image) : runtime.readImageBytes(image, { signal });
}

/** The lines of a list or manifest. @throws {InputError} a file cannot be read */
export async function linesOf(file: string): Promise<AsyncIterable<string>> {
  if (isS3(file)) {
    const { readS3 } = await import("@sam2js/batch/s3");
    return readLines(readS3(file), file);
  }
  await stat(file).catch((cause) => {
    throw new InputError(`${file}: cannot be read (${cause.message}); check the path`, { name: file, cause });
  });
  return readLines(createReadStream(file, { highWaterMark: 1 << 18 }), file);
}
