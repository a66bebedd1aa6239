import type { WeightSource } from "../weights/weight-source.js";

/** A file that can be read in ranges. */
export interface ModelFile {
  /** The name graphs use: the last part of the real path for files on disk, otherwise any name without a slash. */
  readonly location: string;
  /** Of the whole file. */
  readonly sizeBytes: number;
  /**
   * Another text for another content, where the platform can tell without reading it: the Hub's hash, else path, size and time of the last
   * change.
   */
  readonly version?: string | undefined;
  /** How an engine reaches the file's bytes without going through `read`. */
  readonly source: WeightSource;
  /** Bytes `begin` (inclusive) to `end` (exclusive), to be read only: they may be the file's own. @throws {CheckpointError} the file is shorter */
  read(begin: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A folder with the files of a model. */
export interface ModelFolder {
  /** For messages. */
  readonly name: string;
  /** The file of this name, or undefined. @throws {CheckpointError} the name leads out of the folder */
  file(name: string): Promise<ModelFile | undefined>;
  /** Names of the files directly inside. */
  list(): Promise<readonly string[]>;
}

/** A file to be written. */
export interface SavedFile {
  /** Without a path. */
  readonly name: string;
  /** Begins to give the content: text as UTF-8, bytes, or pieces of bytes in order. */
  content(): string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** How files are written into a folder. */
export interface SaveFolderOptions {
  /** Ends the writing; the file under way is left as it was. */
  readonly signal?: AbortSignal | undefined;
  /** Names of files in the folder that are removed once all is written. */
  readonly isObsolete?: ((name: string) => boolean) | undefined;
}

/** One file of a repository of the Hub at one commit. */
export interface HubFileKey {
  /** `"owner/name"`. */
  readonly repo: string;
  /** Full commit hash. */
  readonly commit: string;
  /** Path inside the repository, with forward slashes. */
  readonly path: string;
}

/** A download under way. Appended bytes survive an end of the program, so that another download can go on behind them. */
export interface StoreWriter {
  /** How many bytes an earlier attempt left. */
  readonly sizeBytes: number;
  /** Reads back what is there (for its hash). */
  read(begin: number, end: number): Promise<Uint8Array>;
  /** Writes behind what is there. The bytes may be used again once it settles. @throws {StoreError} no room (`STORE_FULL`), or no right */
  append(bytes: Uint8Array): Promise<void>;
  /** Drops what is there: the next append begins at 0. */
  truncate(): Promise<void>;
  /** Makes the whole file visible under its key, at once, and returns it. Ends the writer. */
  commit(): Promise<ModelFile>;
  /** Ends without commit. What was appended stays for a later attempt. */
  close(): Promise<void>;
}

/** How a download is begun. */
export interface StoreOpenOptions {
  /** Ends the wait for another process. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the file is written anew although it is there. Default false. */
  readonly isFresh?: boolean | undefined;
}

/**
 * Files of models on this platform. The layout (the Hub's cache on disk, OPFS) is the store's own business, the protocol of the Hub is
 * `@sam2js/checkpoint`'s.
 */
export interface ModelStore {
  /** A local folder by path or `file:` URL; undefined where there is none (always, on platforms without a file system). */
  openFolder(path: string | URL): Promise<ModelFolder | undefined>;
  /**
   * Writes files into a local folder, which is made if need be. Each appears as a whole or not at all, and none before all are on the disk.
   * Missing on platforms without a file system.
   *
   * @throws {StoreError} no room (`STORE_FULL`), or no right
   */
  saveFolder?(path: string | URL, files: readonly SavedFile[], options?: SaveFolderOptions): Promise<void>;
  /** One local file by path or `file:` URL; undefined where there is none. */
  openFile(path: string | URL): Promise<ModelFile | undefined>;
  /** The commit that a branch or tag of a repository pointed to when it was last asked for. */
  readRef(repo: string, revision: string): Promise<string | undefined>;
  /** Remembers the full commit hash that a branch or tag points to, over an older one. */
  writeRef(repo: string, revision: string, commit: string): Promise<void>;
  /** A file that is completely there. */
  find(key: HubFileKey): Promise<ModelFile | undefined>;
  /** A file that the Hub said does not exist at this commit. */
  isKnownMissing(key: HubFileKey): Promise<boolean>;
  /** Remembers that the Hub has no such file at this commit, so that it need not be asked again. */
  markMissing(key: HubFileKey): Promise<void>;
  /**
   * Begins or goes on with a download. `etag` names the content: the same content under another commit is found here and needs no download
   * (then `existing` is returned). Where another process downloads the same content it is waited for, until the signal aborts.
   */
  open(
    key: HubFileKey,
    etag: string,
    sizeBytes: number,
    options?: StoreOpenOptions,
  ): Promise<{ readonly writer: StoreWriter } | { readonly existing: ModelFile }>;
  /** Makes the requests of downloads, where the platform has a way of its own (proxies in Node). The global `fetch` when missing. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Settings that the platform keeps outside the program: Hub endpoint, token, offline mode (environment and token file in Node). */
  hubSettings(): Promise<HubSettings>;
}

/** How the Hub is reached. What is missing has its default; options of a call go before these settings. */
export interface HubSettings {
  /** Origin of the Hub; its public address when missing. */
  readonly endpoint?: string | undefined;
  /** Access token, sent to the endpoint's origin only; none when missing. */
  readonly token?: string | undefined;
  /** Whether only what is in the store may be used; false when missing. */
  readonly offline?: boolean | undefined;
}
