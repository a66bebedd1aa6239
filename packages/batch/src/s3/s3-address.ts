import { checkText, InputError } from "@sam2js/core";

const ADDRESS = "an address such as s3://bucket/key";

/** A place in a bucket. */
export interface S3Address {
  /** The bucket's name. */
  readonly bucket: string;
  /** Without a slash at its begin; empty for the whole bucket. */
  readonly key: string;
}

/** Whether a text is an address such as `s3://bucket/key`. */
export function isS3(text: string): boolean {
  checkText(text, "text", "a path or an address");
  return text.startsWith("s3://");
}

/** Reads `s3://bucket/key`. @throws {InputError} it is none */
export function parseS3(text: string): S3Address {
  checkText(text, "address", ADDRESS);
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === undefined) throw InputError.expected(text, ADDRESS, text);
  return { bucket, key };
}
