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
  /** Which weights of several: `"fp16"` reads `model.fp16.safetensors`, as `variant` of the reference does. */
  readonly variant?: string | undefined;
  /**
   * The content of `config.json`, to be used instead of the model's own. Of a `.pt` file, which has none: the parts of it that are known; the
   * others are found in the weights.
   */
  readonly config?: object | undefined;
  /** Fetches the files from the Hub again although the store has them; false by default. */
  readonly forceDownload?: boolean | undefined;
  /** How patient downloads are; see {@link RetryOptions} for the defaults. */
  readonly retry?: RetryOptions | undefined;
}

const NAMES = {
  store: true,
  revision: true,
  token: true,
  offline: true,
  endpoint: true,
  subfolder: true,
  variant: true,
  config: true,
  forceDownload: true,
  retry: true,
  signal: true,
  onProgress: true,
} as const satisfies Record<keyof OpenModelOptions, true>;

/** The names of {@link OpenModelOptions}, for calls that take them beside options of their own. */
export const OPEN_MODEL_OPTIONS = Object.keys(NAMES) as readonly (keyof OpenModelOptions)[];

/** The options of `openModel` out of those of a call that takes more. */
export function pickOpenOptions(options: OpenModelOptions): OpenModelOptions {
  return Object.fromEntries(OPEN_MODEL_OPTIONS.map((name) => [name, options[name]]));
}
