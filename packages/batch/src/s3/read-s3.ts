import { checkImageFileSize } from "@sam2js/core";
import type { ByteRange } from "../store/batch-store.js";
import { parseS3 } from "./s3-address.js";
import { s3Error, s3Library } from "./s3-client.js";

/** The bytes of an object, or a part of them. @throws {NotFoundError} there is none  @throws {StoreError} the store refuses */
export async function* readS3(address: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
  const { bucket, key } = parseS3(address);
  const { s3, client } = await s3Library();
  const part = range && { Range: `bytes=${range.from}-${range.to - 1}` };
  try {
    const { Body } = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: key, ...part }));
    yield* Body as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw s3Error(error, address);
  }
}

/** An object as a whole: a picture. @throws {ImageError} it is too large for one  @throws as {@link readS3} */
export async function readS3Image(address: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of readS3(address)) {
    sizeBytes += part.length;
    checkImageFileSize(sizeBytes, address);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The addresses of all objects under a prefix, in the store's order. @throws {NotFoundError} no such bucket  @throws {StoreError} the store refuses */
export async function* listS3(prefix: string): AsyncGenerator<string> {
  const { bucket, key } = parseS3(prefix);
  const { s3, client } = await s3Library();
  try {
    const pages = s3.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: key });
    for await (const { Contents = [] } of pages)
      for (const each of Contents) if (!each.Key?.endsWith("/")) yield `s3://${bucket}/${each.Key}`;
  } catch (error) {
    throw s3Error(error, prefix);
  }
}
