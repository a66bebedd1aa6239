import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoreError } from "@sam2js/core";
import writeFileAtomic from "write-file-atomic";

/** A result on its way to the disk. */
export interface OutputFile {
  /** Relative to the output folder, with forward slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes files into a folder, which is made if need be. Each appears as a whole or not at all.
 *
 * @returns  the paths written
 * @throws {StoreError} the folder or a file cannot be written
 */
export async function writeFiles(folder: string, files: readonly OutputFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, content } of files) {
    const path = join(folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, typeof content === "string" ? content : asBuffer(content));
    } catch (cause) {
      throw new StoreError(`${path}: cannot be written (${(cause as Error).message}); choose another --out`, {
        cause,
        path,
      });
    }
    paths.push(path);
  }
  return paths;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
