import type { StorageKind, WebRuntimeOptions } from "@sam2js/runtime-web";

/** Options that can cross from a test to the page. */
export type PlainOptions = Omit<WebRuntimeOptions, "store" | "onWarning"> & {
  readonly store?: StorageKind | undefined;
};

/** Files of a model on the test site, by their addresses. */
export interface FilesAt {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What `fromPretrained` takes, as it can cross to the page. */
export type ModelAt = string | FilesAt;
