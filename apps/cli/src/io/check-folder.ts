import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "@sam2js/core";
import { removeDrafts } from "@sam2js/runtime-node";

/**
 * Makes sure that a folder of results is there or can be made, before any work is done for it, and takes away what killed runs left half
 * written there.
 *
 * @throws {InputError} a file is where the folder, or one above it, would be
 */
export async function checkOutFolder(folder: string): Promise<void> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() || path === dirname(path)) return removeDrafts(folder, true);
    if (found) {
      const got = `${folder}, and ${path} is a file`;
      throw InputError.expected("--out", "a folder or a name for a new one", got, "choose another --out");
    }
  }
}

/** @throws {InputError} there is no such folder */
export async function checkInFolder(option: string, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  const got = `${folder}, where there is ${found ? "a file" : "nothing"}`;
  throw InputError.expected(option, "a folder", got, "check the path");
}
