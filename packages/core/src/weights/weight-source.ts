/** A file as it was when somebody looked at it: what is written to it, and another file in its place, change it. */
export interface FileState {
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** The file system's number for it: another one means that another file is in its place. */
  readonly inode: number;
}

/**
 * How an engine reaches the bytes of a weight file: by a path that it maps, from memory, or from a blob that it reads itself.
 * Plain data, so that it can cross a worker boundary.
 */
export type WeightSource =
  | PathSource
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "blob"; readonly blob: Blob };

/** A file on disk, which an engine maps. */
export interface PathSource {
  /** Tells it from the other sources. */
  readonly kind: "path";
  /** Where the file is. */
  readonly path: string;
  /** As it was when the model was opened: an engine maps it as long as it is so. Missing where its name says what is in it. */
  readonly state?: FileState | undefined;
}

/** A file that graphs refer to by name. For a `path` source the name is the last part of the path (the engine looks in its folder). */
export interface WeightFile {
  /** What graphs call the file; no two files of a graph share it. */
  readonly location: string;
  /** Where an engine finds its bytes. */
  readonly source: WeightSource;
  /** Of the whole file. */
  readonly sizeBytes: number;
}

/** Bytes of a weight file that a graph refers to. */
export interface WeightRange {
  /** The `location` of a {@link WeightFile}. */
  readonly location: string;
  /** From the beginning of the file; a multiple of 4. */
  readonly byteOffset: number;
  /** Of the range; >= 1. */
  readonly byteLength: number;
  /** For the matrix of a product: how many rows a run multiplies by it, where the graph says so. */
  readonly rows?: number | undefined;
}

/**
 * Where an engine will find the bytes of a range: from `byteOffset` of what it calls `location`, or inside the graph. With `inPlace` the graph forbids
 * the engine to make copies of them in a layout of its own.
 */
export type WeightPlacement =
  | { readonly location: string; readonly byteOffset: number; readonly inPlace?: boolean | undefined }
  | { readonly bytes: Uint8Array };

/**
 * Lets an engine choose where weights go before a graph is written.
 *
 * @param ranges  all that the graph refers to, in its order
 * @param files   the files that they lie in
 * @returns       one placement for each range
 * @throws {EngineError} a range lies in none of the files, or beyond the end of its file
 */
export type PlaceWeights = (
  ranges: readonly WeightRange[],
  files: readonly WeightFile[],
) => Promise<readonly WeightPlacement[]>;
