/**
 * A model as an object: what its files are called and where each one is. `@sam2js/nano` exports one.
 *
 * A string is a path or URL, bytes are the content itself.
 */
export interface ModelSource {
  /** For messages. */
  readonly name: string;
  /** By path inside the model (`"config.json"`, `"model.safetensors"`), where each file is. */
  readonly files: Readonly<Record<string, URL | Blob | Uint8Array | string>>;
}

/** A `FileList`, or whatever else counts its files. */
export interface FileListLike {
  /** How many files there are. */
  readonly length: number;
  /** The file of this index, from 0; null where there is none. */
  item(index: number): File | null;
}

/** What a model may be given as. */
export type ModelReference = string | URL | Blob | Iterable<File> | FileListLike | ModelSource;

export function isModelSource(value: unknown): value is ModelSource {
  if (typeof value !== "object" || value === null) return false;
  const { name, files } = value as Partial<ModelSource>;
  return typeof name === "string" && typeof files === "object" && files !== null && !(value instanceof Blob);
}
