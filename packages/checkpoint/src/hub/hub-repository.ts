import {
  DownloadError,
  type HubFileKey,
  type ModelFile,
  type ModelStore,
  NotFoundError,
  StoreError,
  type WorkOptions,
} from "@sam2js/core";
import { isPickled } from "../files/pickled.js";
import { ApiDirectory, type HubFileInfo } from "./api-directory.js";
import { downloadFile } from "./download-file.js";
import type { HubConnection } from "./hub-connection.js";
import { shareWork } from "./share-work.js";

const COMMIT = /^[0-9a-f]{40}$/;
/** Names that servers choose become names of files in the store. */
const SAFE_NAME = /^(?!\.)[\w.-]{1,128}$/;

/** One repository on a Hub, read through a store. */
export class HubRepository {
  readonly #hub: HubConnection;
  readonly #store: ModelStore;
  readonly #repo: string;
  /** Keeps the listings of folders. */
  readonly #api: ApiDirectory;
  readonly #isForced: boolean;
  #isOffline: boolean;

  /** @param isForced  whether files are fetched although the store has them */
  constructor(hub: HubConnection, store: ModelStore, repo: string, isOffline: boolean, isForced: boolean) {
    this.#hub = hub;
    this.#store = store;
    this.#repo = repo;
    this.#isOffline = isOffline;
    this.#isForced = isForced;
    this.#api = new ApiDirectory(hub, repo);
  }

  /**
   * The commit of a branch or tag, as the Hub says now; as it last said, offline and where the Hub cannot be reached.
   *
   * @throws {NotFoundError} no such repository or revision
   * @throws {DownloadError} it cannot be had, and the store does not know it
   */
  async resolve(revision: string, options: WorkOptions): Promise<string> {
    const what = `${this.#repo}@${revision}`;
    if (COMMIT.test(revision)) return revision;
    const before = await this.#store.readRef(this.#repo, revision);
    if (this.#isOffline) return before ?? this.#notCached(what);
    options.onProgress?.({ phase: "resolve", name: what, done: 0, total: 1, unit: "steps" });
    const directory =
      before === undefined ? this.#api : new ApiDirectory(this.#hub.withLessPatience(), this.#repo);
    let commit: string;
    try {
      commit = safeName(await directory.resolve(revision, options), what);
    } catch (error) {
      // No connection is no reason to refuse what is there; a clear answer of the Hub is.
      if (before === undefined || !isUnreachable(error)) throw error;
      this.#isOffline = true;
      return before;
    }
    options.onProgress?.({ phase: "resolve", name: what, done: 1, total: 1, unit: "steps" });
    await note(this.#store.writeRef(this.#repo, revision, commit));
    return commit;
  }

  /** A file at a commit: from the store, else fetched into it. Undefined if the Hub has none. */
  async file(commit: string, path: string, options: WorkOptions): Promise<ModelFile | undefined> {
    const key: HubFileKey = { repo: this.#repo, commit, path };
    const isAskedAgain = this.#isForced && !this.#isOffline;
    const found = isAskedAgain ? undefined : await this.#store.find(key);
    if (found) return found;
    if (!isAskedAgain && (await this.#store.isKnownMissing(key))) return undefined;
    if (this.#isOffline) return this.#missingOffline(key);
    return shareWork(
      this.#store,
      `${this.#hub.endpoint} ${commit} ${this.#repo}/${path}`,
      (work) => this.#fetch(key, work),
      options,
    );
  }

  async #fetch(key: HubFileKey, options: WorkOptions): Promise<ModelFile | undefined> {
    const { commit, path } = key;
    const what = `${this.#repo}/${path}`;
    const info = await this.#api.describe(commit, path, options);
    if (!info) {
      await note(this.#store.markMissing(key));
      return undefined;
    }
    checkInfo(info, what);
    const opened = await this.#store.open(key, info.etag, info.sizeBytes, {
      signal: options.signal,
      isFresh: this.#isForced,
    });
    if ("existing" in opened) return opened.existing;
    const url = this.#hub.fileUrl(this.#repo, commit, path);
    const { retry, fetch } = this.#hub;
    const headers = this.#hub.headersFor(url);
    return downloadFile(url, path, info, opened.writer, {
      ...this.#hub.asked(this.#repo, what),
      ...options,
      headers,
      retry,
      fetch,
    });
  }

  /** Files that a model cannot do without are an error; others count as missing. */
  async #missingOffline(key: HubFileKey): Promise<undefined> {
    const { commit, path } = key;
    const isConfig = path.endsWith("config.json") && !/processor_config\.json$/.test(path);
    // `model.fp16.safetensors` may be the shards of `model.safetensors.index.fp16.json`.
    const index = path.replace(/(model)(\.[^./]+)?\.safetensors$/, "$1.safetensors.index$2.json");
    const isSharded = await this.#store.find({ ...key, path: index });
    if (isConfig || (path.endsWith(".safetensors") && !isSharded) || isPickled(path))
      this.#notCached(`${this.#repo}/${path} at ${commit}`);
    return undefined;
  }

  #notCached(what: string): never {
    throw new DownloadError(
      `${what}: expected it in the cache, got nothing, and the Hub is not asked (offline mode, or no connection); load it once with a connection`,
      { name: what, expected: "it in the cache", got: "nothing" },
      "OFFLINE",
    );
  }
}

/** Remembers what the Hub said. A store that cannot (a read-only cache, a full disk) is no hindrance: the next load asks again. */
async function note(writing: Promise<void>): Promise<void> {
  await writing.catch((error: unknown) => {
    if (!StoreError.isInstance(error)) throw error;
  });
}

function isUnreachable(error: unknown): boolean {
  return (
    DownloadError.isInstance(error) && error.code !== "ACCESS_DENIED" && !NotFoundError.isInstance(error)
  );
}

function checkInfo({ etag, sizeBytes }: HubFileInfo, what: string): void {
  safeName(etag, what);
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return;
  throw DownloadError.expected(what, "a size in bytes", sizeBytes, "the server's answer is damaged");
}

function safeName(name: string, what: string): string {
  if (SAFE_NAME.test(name)) return name;
  throw DownloadError.expected(what, "a hash", JSON.stringify(name.slice(0, 200)), "is this a Hub?");
}
