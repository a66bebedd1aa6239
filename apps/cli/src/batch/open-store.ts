import { resolve } from "node:path";
import { type BatchStore, createFolderStore, isS3 } from "@sam2js/batch";
import { checkOutFolder } from "../io/check-folder.js";

/** Where a batch lies: a folder, or a prefix of a bucket (`s3://bucket/results`). */
export async function openStore(out: string): Promise<BatchStore> {
  if (!isS3(out)) return createFolderStore(out);
  const { createS3Store } = await import("@sam2js/batch/s3");
  return createS3Store(out);
}

/** The same, before anything is written there. @throws {InputError} a file is where the folder would be */
export async function openOutput(out: string): Promise<BatchStore> {
  if (!isS3(out)) await checkOutFolder(out);
  return openStore(out);
}

/** An address of a batch that every worker can open. */
export function resolveOut(out: string): string {
  return isS3(out) ? out : resolve(out);
}
