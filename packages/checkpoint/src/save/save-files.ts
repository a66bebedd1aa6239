import {
  checkList,
  checkOptions,
  describeValue,
  InputError,
  type ModelStore,
  type SavedFile,
  throwIfAborted,
  UnsupportedError,
} from "@sam2js/core";
import { isEarlierWeights } from "../safetensors/weight-files.js";

/** Where files are saved. */
export interface SaveFilesOptions {
  /** The platform's files: `runtime.store`. Needed for a folder. */
  readonly store?: ModelStore | undefined;
  /** Ends the writing; the file under way is left as it was. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the files of a model or processor into a local folder, which is made if need be. Each appears as a whole or not at all. Weights of
 * an earlier save under other names (shards where now there is one file) are removed, as a reader might take them.
 *
 * @param folder  without one nothing is written
 * @returns       the files with their content in memory, where there is no folder: to be sent, stored or offered for download; else none
 * @throws {UnsupportedError} a folder, and no store with a file system
 * @throws {StoreError} no room (`STORE_FULL`) or no right
 */
export async function saveFiles(
  folder: string | URL | undefined,
  files: readonly SavedFile[],
  options: SaveFilesOptions = {},
): Promise<File[]> {
  checkOptions(options, ["store", "signal"], "saveFiles options");
  checkList(files, "files", "a list of files with name and content");
  const { store, signal } = options;
  if (folder === undefined) return toFiles(files, signal);
  if (typeof folder !== "string" && !(folder instanceof URL)) {
    const expected = "the path of a folder";
    throw InputError.expected("folder", expected, describeValue(folder), "leave it out to get the files");
  }
  if (!store?.saveFolder) {
    const expected = "a runtime or store with a file system";
    throw UnsupportedError.expected(
      String(folder),
      expected,
      "none",
      "give the option store: runtime.store, or leave the folder out to get the files",
    );
  }
  const isObsolete = isEarlierWeights(files.map(({ name }) => name));
  await store.saveFolder(folder, files, { signal, isObsolete });
  return [];
}

async function toFiles(files: readonly SavedFile[], signal: AbortSignal | undefined): Promise<File[]> {
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
