import { checkText } from "@sam2js/core";
import { isS3 } from "./s3/s3-address.js";
import type { BatchStore } from "./store/batch-store.js";
import { createFolderStore } from "./store/folder-store.js";

/** Where a batch lies: a folder, or a prefix of a bucket (`s3://bucket/results`). @throws {InputError} no such address */
export async function openStore(out: string): Promise<BatchStore> {
  checkText(out, "out", "the path of a folder, or an address such as s3://bucket/results");
  if (!isS3(out)) return createFolderStore(out);
  const { createS3Store } = await import("./s3/s3-store.js");
  return createS3Store(out);
}
