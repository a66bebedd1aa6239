import { checkOptions, checkText, DisposedError } from "@sam2js/core";
import { WorkerDesk } from "../desk/worker-desk.js";
import { openShelf } from "./open-shelf.js";
import type { Shelf, StorageKind } from "./shelf.js";

/** A model of the Hub of which this browser keeps files. */
export interface KeptModel {
  /** Its id on the Hub, for example `facebook/sam2.1-hiera-tiny`. */
  readonly repo: string;
  /** What its files take here, in bytes; also those of a download that is not through. */
  readonly sizeBytes: number;
}

/** Which storage is meant. */
export interface KeptModelsOptions {
  /** As given to `createWebRuntime`. Default: the first that the browser allows. */
  readonly store?: Exclude<StorageKind, "memory"> | undefined;
}

/**
 * The models that the storage of this site keeps, by name. Nothing is read but sizes.
 *
 * @throws {StoreError} the browser does not allow the storage that was asked for
 */
export async function listKeptModels(options: KeptModelsOptions = {}): Promise<readonly KeptModel[]> {
  return withShelf(options, keptOn);
}

/**
 * Removes all files of a model from the storage of this site. A runtime that has it open must not go on with it.
 *
 * @param repo  as {@link listKeptModels} gives it; one that is not there is removed already
 * @throws {StoreError} the browser does not allow the storage that was asked for
 */
export async function deleteKeptModel(repo: string, options: KeptModelsOptions = {}): Promise<void> {
  checkText(repo, "repo", "the id of a model, such as listKeptModels gives");
  await withShelf(options, (shelf) => removeFrom(shelf, repo));
}

/** The kinds of entries that a `WebStore` makes for a repository; its pointers before its content, so that no half of a model is left over. */
const KINDS = ["refs", "files", "missing", "blobs"] as const;

/** As {@link listKeptModels}, on one shelf. */
export async function keptOn(shelf: Shelf): Promise<readonly KeptModel[]> {
  const sizes = new Map<string, number>();
  for (const { path, sizeBytes } of await shelf.tree(["blobs"])) {
    const [segment = ""] = path;
    const repo = decodeURIComponent(segment);
    sizes.set(repo, (sizes.get(repo) ?? 0) + sizeBytes);
  }
  return [...sizes]
    .map(([repo, sizeBytes]) => ({ repo, sizeBytes }))
    .sort((a, b) => (a.repo < b.repo ? -1 : 1));
}

/** As {@link deleteKeptModel}, on one shelf. */
export async function removeFrom(shelf: Shelf, repo: string): Promise<void> {
  for (const kind of KINDS) await shelf.remove([kind, encodeURIComponent(repo)]);
}

async function withShelf<T>(options: KeptModelsOptions, work: (shelf: Shelf) => Promise<T>): Promise<T> {
  checkOptions(options, ["store"], "kept models options");
  const { store } = options;
  // Nothing is written, so its worker is never started.
  const desk = new WorkerDesk();
  try {
    return await work(await openShelf(store, desk, () => undefined));
  } finally {
    desk.close(new DisposedError("storage"));
  }
}
