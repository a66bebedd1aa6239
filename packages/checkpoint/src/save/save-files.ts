import {
  checkOptions,
  type ModelStore,
  type SavedFile,
  throwIfAborted,
  UnsupportedError,
} from "@sam2js/core";
import { isEarlierWeights } from "../safetensors/weight-files.js";

/** Where files are saved. */
export interface SaveFilesOptions {
  /** The platform's files: `runtime.store`. */
  readonly store: ModelStore;
  /** Ends the writing; the file under way is left as it was. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the files of a model or processor into a local folder, which is made if need be. Each appears as a whole or not at all. Weights of
 * an earlier save under other names (shards where now there is one file) are removed, as a reader might take them.
 *
 * @throws {UnsupportedError} the platform has no file system: see {@link toFiles}
 * @throws {StoreError} no room (`STORE_FULL`) or no right
 */
export async function saveFiles(
  folder: string | URL,
  files: readonly SavedFile[],
  options: SaveFilesOptions,
): Promise<void> {
  checkOptions(options, ["store", "signal"], "saveFiles options");
  const { store, signal } = options;
  if (!store.saveFolder) {
    throw new UnsupportedError(
      `${folder}: expected a platform with a file system, got none; leave the folder out to get the files`,
      { name: String(folder), expected: "a platform with a file system", got: "none" },
    );
  }
  const isObsolete = isEarlierWeights(files.map(({ name }) => name));
  await store.saveFolder(folder, files, { signal, isObsolete });
}

/** The files with their content in memory, where there is no file system: to be sent, stored or offered for download. */
export async function toFiles(files: readonly SavedFile[], signal?: AbortSignal): Promise<File[]> {
  const made: File[] = [];
  for (const { name, content } of files) {
    const parts: (string | Uint8Array<ArrayBuffer>)[] = [];
    const whole = content();
    if (typeof whole === "string" || whole instanceof Uint8Array)
      parts.push(whole as string | Uint8Array<ArrayBuffer>);
    else {
      for await (const piece of whole) {
        throwIfAborted(signal);
        parts.push(piece as Uint8Array<ArrayBuffer>);
      }
    }
    made.push(new File(parts, name));
  }
  return made;
}
