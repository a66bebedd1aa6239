/** Where the files of a store lie: a small tree of files by path, in OPFS, in the Cache API, or in memory. */
export interface Shelf {
  readonly kind: StorageKind;
  /** The file, to be read in ranges; undefined where there is none. */
  get(path: readonly string[]): Promise<Blob | undefined>;
  /** Writes a whole file. `bytes` may be moved away. */
  put(path: readonly string[], bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Removes a file, or a folder with all in it. */
  remove(path: readonly string[]): Promise<void>;
  /** Names of the files directly inside a folder; none where there is no folder. */
  list(folder: readonly string[]): Promise<readonly string[]>;
  /** All files below a folder, with their paths from there. */
  tree(folder: readonly string[]): Promise<readonly ShelfFile[]>;
}

/** A file as {@link Shelf.tree} tells of it. */
export interface ShelfFile {
  readonly path: readonly string[];
  readonly sizeBytes: number;
}

/** What keeps files in a browser: its private file system, its cache of responses, or nothing. */
export type StorageKind = "opfs" | "cache" | "memory";
