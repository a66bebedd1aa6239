import { resolve } from "node:path";
import { type BatchStore, createFolderStore } from "@sam2js/batch";

/** Where a batch lies: a folder. */
export async function openStore(out: string): Promise<BatchStore> {
  return createFolderStore(out);
}

/** An address of a batch that every worker can open. */
export function resolveOut(out: string): string {
  return resolve(out);
}
