import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { CheckpointError, type ModelFolder } from "@sam2js/core";
import { DiskFile } from "./disk-file.js";
import { orUndefined, toStoreError } from "./store-error.js";

/** A local folder with the files of a model. */
export class DiskFolder implements ModelFolder {
  readonly name: string;
  readonly #realPath: string;

  private constructor(name: string, realPath: string) {
    this.name = name;
    this.#realPath = realPath;
  }

  /** The folder at this path, or undefined where there is none. */
  static async open(folderPath: string): Promise<DiskFolder | undefined> {
    try {
      const realPath = await realpath(folderPath);
      return (await stat(realPath)).isDirectory() ? new DiskFolder(folderPath, realPath) : undefined;
    } catch (error) {
      return orUndefined(error, folderPath);
    }
  }

  async file(name: string): Promise<DiskFile | undefined> {
    if (!isInside(name)) {
      throw CheckpointError.expected(this.name, "the name of a file inside the folder", JSON.stringify(name));
    }
    return DiskFile.open(path.join(this.#realPath, name));
  }

  async list(): Promise<readonly string[]> {
    const entries = await readdir(this.#realPath, { withFileTypes: true }).catch((error) => {
      throw toStoreError(error, this.name);
    });
    // A link may lead to a file (the Hub's cache) or to a folder.
    const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    const files = await Promise.all(names.map((name) => DiskFile.open(path.join(this.#realPath, name))));
    return names.filter((_, index) => files[index] !== undefined).sort();
  }
}

/**
 * Whether a relative name stays inside its folder, on every platform: no `..`, no absolute or drive path, no NUL, no
 * empty step. Links inside the folder may lead elsewhere, as those of the Hub's cache do.
 */
export function isInside(name: string): boolean {
  if (name.includes("\0") || path.posix.isAbsolute(name) || path.win32.isAbsolute(name)) return false;
  if (/^[a-z]:/i.test(name)) return false;
  return name.split(/[\\/]/).every((step) => step !== "" && step !== "." && step !== "..");
}
