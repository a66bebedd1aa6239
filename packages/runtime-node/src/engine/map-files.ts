import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { EngineError, type PathSource } from "@sam2js/core";
import type { MappedFile, MappedPaths } from "@sam2js/runtime-ort";
import { assertUnchanged, stateOf } from "../store/file-state.js";

/**
 * Finds weight files for the engine, which maps them: nothing is copied. It takes one folder and refuses links out of it, so files go by
 * their real paths below the folder that all of them lie in.
 *
 * @throws {EngineError} a file cannot be found, or lies on another drive than the first
 * @throws {CheckpointError} a file is not the one that the model was opened with
 */
export async function mapFiles(sources: readonly PathSource[]): Promise<MappedPaths> {
  const files = await Promise.all(sources.map(describeFile));
  let folder = path.dirname((files[0] as MappedFile).path);
  const isBelow = (file: MappedFile) => !/^\.\.|^[a-z]:/i.test(path.relative(folder, file.path));
  while (!files.every(isBelow)) {
    const above = path.dirname(folder);
    if (above === folder) {
      const names = files.map((file) => file.path).join(", ");
      throw EngineError.expected("weights", "files of one drive", names, "copy them into one folder");
    }
    folder = above;
  }
  const locations = files.map((file) => path.relative(folder, file.path).split(path.sep).join("/"));
  return { folder, files, locations };
}

async function describeFile({ path: given, state }: PathSource): Promise<MappedFile> {
  const file = await lookAt(given);
  assertUnchanged(file, state, given);
  return file;
}

async function lookAt(given: string): Promise<MappedFile> {
  try {
    const real = await realpath(given);
    return { path: real, ...stateOf(await stat(real)) };
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
