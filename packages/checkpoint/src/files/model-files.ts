import type { ModelFile } from "@sam2js/core";

/** The files of one model, wherever they lie. What {@link openModel} returns. */
export interface ModelFiles {
  /** For messages: Hub id, folder, URL. */
  readonly name: string;
  /** Full commit hash, if they come from the Hub. */
  readonly revision?: string | undefined;
  /** Which weights of several; see {@link OpenModelOptions.variant}. */
  readonly variant?: string | undefined;
  /** The one file of PyTorch (`.pt`) that holds all weights, by its path inside the model; undefined for safetensors. */
  readonly pickled?: string | undefined;
  /** Names of the files directly inside, where they can be listed: in folders and among chosen files. */
  readonly list?: (() => Promise<readonly string[]>) | undefined;
  /**
   * A parsed JSON file, or undefined if there is none of this name. `config.json` is the option `config`, where that is given.
   *
   * @throws {ConfigError} it is too large, not UTF-8, or no JSON
   */
  json(name: string): Promise<unknown | undefined>;
  /**
   * A file by its path inside the model, fetched if need be, or undefined if there is none.
   *
   * @throws {CheckpointError} the path leads out of the model
   * @throws {DownloadError} it exists and could not be fetched
   */
  file(name: string): Promise<ModelFile | undefined>;
}
