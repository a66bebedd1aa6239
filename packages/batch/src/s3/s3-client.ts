import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf, NotFoundError, Sam2Error, StoreError, UnsupportedError } from "@sam2js/core";

/** The AWS SDK, which is loaded when a bucket is named, and its client. */
export interface S3Library {
  readonly s3: typeof import("@aws-sdk/client-s3");
  readonly storage: typeof import("@aws-sdk/lib-storage");
  readonly client: S3Client;
}

/** A store that asks for a pause (503 SlowDown) gets one that doubles with each try, up to 20 s. */
const ATTEMPTS = 8;

let library: Promise<S3Library> | undefined;

/**
 * The client of this process. Credentials, the region and the address of other stores than Amazon's come from the environment, profiles and
 * roles, as with every program that uses the SDK (`AWS_ACCESS_KEY_ID`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, …).
 *
 * @throws {UnsupportedError} the SDK is not installed
 */
export function s3Library(): Promise<S3Library> {
  library ??= loadLibrary();
  return library;
}

async function loadLibrary(): Promise<S3Library> {
  try {
    const [s3, storage] = await Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/lib-storage")]);
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    const isElsewhere = Boolean(AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL);
    const client = new s3.S3Client({
      maxAttempts: ATTEMPTS,
      // Stores elsewhere have no name of their own for each bucket, no regions, and not all know the newer checksums.
      ...(isElsewhere && { forcePathStyle: true, region: AWS_REGION ?? AWS_DEFAULT_REGION ?? "us-east-1" }),
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    return { s3, storage, client };
  } catch (cause) {
    const install = "npm install @aws-sdk/client-s3 @aws-sdk/lib-storage";
    throw UnsupportedError.expected("s3://", "the AWS SDK", "none", install, cause);
  }
}

/** What a call to a bucket ended with, as an error of core. */
export function s3Error(error: unknown, what: string): unknown {
  if (Sam2Error.isInstance(error)) return error;
  if (isMissing(error)) return NotFoundError.expected(what, "an object", "nothing", "check the address");
  const message = messageOf(error);
  return new StoreError(`${what}: ${message}`, { name: what, cause: error });
}

/** Whether the answer was 404. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** The status of an answer; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
