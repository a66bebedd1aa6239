import { InputError, type ModelFile, type ModelFolder, type ModelStore } from "@sam2js/core";
import { modelFiles, pickledFiles } from "../files/create-model-files.js";
import type { ModelFiles } from "../files/model-files.js";
import type { OpenModelOptions } from "../files/open-options.js";
import { isPickled } from "../files/pickled.js";

/** What the weights of a model are called when one file is given instead of a folder. */
export const WEIGHTS_FILE = "model.safetensors";

/** A local folder, or undefined where there is none. */
export async function openLocalFolder(
  path: string | URL,
  options: OpenModelOptions,
): Promise<ModelFiles | undefined> {
  const folder = await options.store?.openFolder(path);
  return folder && folderFiles(folder, options);
}

/** A local `.safetensors` file with the other files of the model beside it, or a `.pt` file; undefined where there is none. */
export async function openLocalWeights(
  path: string | URL,
  options: OpenModelOptions,
): Promise<ModelFiles | undefined> {
  const { store } = options;
  const weights = await store?.openFile(path);
  if (!weights) return undefined;
  if (isPickled(String(path))) return pickledFiles(String(path), async () => weights, options);
  const folder = await store?.openFolder(parentOf(path));
  const open = async (name: string): Promise<ModelFile | undefined> =>
    name === WEIGHTS_FILE ? weights : folder?.file(name);
  return modelFiles(String(path), open, { ...options, variant: undefined });
}

/** The store, which local paths need. @throws {InputError} there is none */
export function needStore(store: ModelStore | undefined, path: string | URL): ModelStore {
  if (store) return store;
  throw InputError.expected(
    String(path),
    "a store to open local files",
    "none",
    "pass { runtime } (or { store: runtime.store })",
  );
}

function folderFiles(folder: ModelFolder, options: OpenModelOptions): ModelFiles {
  const prefix = options.subfolder ? `${options.subfolder}/` : "";
  return modelFiles(
    prefix ? `${folder.name}/${options.subfolder}` : folder.name,
    (name) => folder.file(prefix + name),
    options,
    prefix ? {} : { list: () => folder.list() },
  );
}

function parentOf(path: string | URL): string | URL {
  if (path instanceof URL) return new URL(".", path);
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "." : path.slice(0, cut + 1);
}
