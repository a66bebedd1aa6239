import type { ModelStore, WorkOptions } from "@sam2js/core";
import type { RetryOptions } from "../transfer/retry.js";

/** Where models come from and how they are fetched. */
export interface OpenModelOptions extends WorkOptions {
  /**
   * The platform's files: local folders and the cache of downloads, `runtime.store`. Without one, local paths cannot be opened and
   * downloads stay in memory.
   */
  readonly store?: ModelStore | undefined;
  /** Branch, tag or commit on the Hub; `"main"` by default. */
  readonly revision?: string | undefined;
  /** Access token of the Hub; the platform's own (`HF_TOKEN`, the token file) by default, `false` for none. */
  readonly token?: string | false | undefined;
  /** Only what is in the store already; the platform's own setting (`HF_HUB_OFFLINE`) by default. */
  readonly offline?: boolean | undefined;
  /** Origin of the Hub or a mirror; the platform's own setting (`HF_ENDPOINT`) or the public Hub by default. */
  readonly endpoint?: string | URL | undefined;
  /** Folder inside the repository, folder or URL that holds the model. */
  readonly subfolder?: string | undefined;
  /** How patient downloads are; see {@link RetryOptions} for the defaults. */
  readonly retry?: RetryOptions | undefined;
}
