import { type BatchStore, createFolderStore } from "@sam2js/batch";

/** Where a batch lies: a folder. */
export async function openStore(out: string): Promise<BatchStore> {
  return createFolderStore(out);
}
