import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { EngineError } from "@sam2js/core";
import type { MappedFile, MappedPaths } from "@sam2js/runtime-ort";

/**
 * Finds weight files for the engine, which maps them: nothing is copied. It takes one folder and refuses links out of it, so files go by
 * their real paths below the folder that all of them lie in.
 *
 * @throws {EngineError} a file cannot be found, or lies on another drive than the first
 */
export async function mapFiles(paths: readonly string[]): Promise<MappedPaths> {
  const files = await Promise.all(paths.map(describeFile));
  let folder = path.dirname((files[0] as MappedFile).path);
  const isBelow = (file: MappedFile) => !/^\.\.|^[a-z]:/i.test(path.relative(folder, file.path));
  while (!files.every(isBelow)) {
    const above = path.dirname(folder);
    if (above === folder) {
      const names = files.map((file) => file.path).join(", ");
      throw new EngineError(`weights: expected files of one drive, got ${names}; copy them into one folder`, {
        name: "weights",
        expected: "files of one drive",
        got: names,
      });
    }
    folder = above;
  }
  const locations = files.map((file) => path.relative(folder, file.path).split(path.sep).join("/"));
  return { folder, files, locations };
}

async function describeFile(given: string): Promise<MappedFile> {
  try {
    const real = await realpath(given);
    const { size, mtimeMs, ino } = await stat(real);
    return { path: real, sizeBytes: size, modifiedMs: mtimeMs, inode: ino };
  } catch (cause) {
    throw new EngineError(
      `weights: cannot open ${given} (${(cause as Error).message}); load the model again`,
      {
        path: given,
        cause,
      },
    );
  }
}
