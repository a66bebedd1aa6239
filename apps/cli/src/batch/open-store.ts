import { resolve } from "node:path";
import { type BatchStore, isS3, openStore } from "@sam2js/batch";
import { checkOutFolder } from "../io/check-folder.js";

/** Opens a batch's place before anything is written there. @throws {InputError} a file is where the folder would be */
export async function openOutput(out: string): Promise<BatchStore> {
  if (!isS3(out)) await checkOutFolder(out);
  return openStore(out);
}

/** An address of a batch that every worker can open. */
export function resolveOut(out: string): string {
  return isS3(out) ? out : resolve(out);
}
