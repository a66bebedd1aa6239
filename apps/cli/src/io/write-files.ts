import { join } from "node:path";
import { writeFileWhole } from "@sam2js/runtime-node";

/** A result on its way to the disk. */
export interface OutputFile {
  /** Relative to the output folder, with forward slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes files into a folder, which is made if need be. Each appears as a whole or not at all, on a full disk too.
 *
 * @returns  the paths written
 * @throws {StoreError} the folder or a file cannot be written
 */
export async function writeFiles(folder: string, files: readonly OutputFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, content } of files) {
    const path = join(folder, name);
    await writeFileWhole(path, content);
    paths.push(path);
  }
  return paths;
}
