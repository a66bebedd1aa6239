/**
 * How an engine reaches the bytes of a weight file: by a path that it maps, from memory, or from a blob that it reads itself.
 * Plain data, so that it can cross a worker boundary.
 */
export type WeightSource =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "blob"; readonly blob: Blob };

/** A file that graphs refer to by name. For a `path` source the name is the last part of the path (the engine looks in its folder). */
export interface WeightFile {
  /** What graphs call the file; no two files of a graph share it. */
  readonly location: string;
  /** Where an engine finds its bytes. */
  readonly source: WeightSource;
  /** Of the whole file. */
  readonly sizeBytes: number;
}
