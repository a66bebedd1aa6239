import { isUrl } from "@sam2js/media";

/** Whether a source is named by an address, which is the same for everyone. */
export function isAddress(source: string): boolean {
  return isUrl(source) || isInBucket(source);
}

/** As `isS3` of `@sam2js/batch`, which commands for single pictures need not wait for. */
export function isInBucket(source: string): boolean {
  return source.startsWith("s3://");
}

/** The bytes of a picture in a bucket. @throws {NotFoundError} there is none */
export async function readBucket(address: string): Promise<Uint8Array> {
  const { readS3Image } = await import("@sam2js/batch/s3");
  return readS3Image(address);
}
