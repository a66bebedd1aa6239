import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import {
  checkHubKey,
  type HubFileKey,
  type HubSettings,
  InputError,
  type ModelFile,
  type ModelFolder,
  type ModelStore,
  type SavedFile,
  type SaveFolderOptions,
  StoreError,
  type StoreOpenOptions,
  type StoreWriter,
} from "@sam2js/core";
import { proxyFetch } from "../net/proxy-fetch.js";
import { removeRemains } from "./blob-remains.js";
import { BlobWriter } from "./blob-writer.js";
import { DiskFile, toPath } from "./disk-file.js";
import { DiskFolder, isInside } from "./disk-folder.js";
import { removeDrafts } from "./drafts.js";
import { FileLock, type LockTiming } from "./file-lock.js";
import { type Environment, expand, HubRepoPaths, hubCache } from "./hub-cache-paths.js";
import { readHubSettings } from "./hub-settings.js";
import { linkBlob, type MakeLink } from "./link-blob.js";
import { toStoreError } from "./store-error.js";
import { writeFilesWhole, writeFileWhole } from "./write-file-whole.js";

/** Where the store works; the process's environment by default. */
export interface DiskStoreOptions {
  readonly cacheDir?: string | undefined;
  readonly env?: Environment | undefined;
  readonly lockTiming?: LockTiming | undefined;
  readonly makeLink?: MakeLink | undefined;
}

/**
 * Files of models on disk, in the layout of the Hub's cache that Python's huggingface_hub reads and writes too:
 * `models--owner--name/{refs,blobs,snapshots,.no_exist}`.
 */
export class DiskStore implements ModelStore {
  readonly #options: DiskStoreOptions;
  readonly #tidied = new Set<string>();

  constructor(options: DiskStoreOptions = {}) {
    this.#options = options;
  }

  /** The cache folder, asked for anew each time, so that a changed environment counts. */
  get cacheDir(): string {
    const { cacheDir } = this.#options;
    return cacheDir ? expand(cacheDir, this.#env) : hubCache(this.#env);
  }

  openFolder(location: string | URL): Promise<ModelFolder | undefined> {
    return DiskFolder.open(toPath(location));
  }

  async saveFolder(
    location: string | URL,
    files: readonly SavedFile[],
    { signal, isObsolete = () => false }: SaveFolderOptions = {},
  ): Promise<void> {
    const folder = toPath(location);
    if (folder === "") {
      const next = 'write "." for the working directory';
      throw InputError.expected("folder", "a path", "an empty text", next);
    }
    await removeDrafts(folder);
    for (const { name } of files) {
      if (isInside(name)) continue;
      const expected = "the name of a file inside the folder";
      const facts = { name: folder, expected, got: name };
      throw new InputError(`${folder}: expected ${expected}, got ${JSON.stringify(name)}`, facts);
    }
    const targets = files.map(({ name, content }) => ({ file: path.join(folder, name), content }));
    await writeFilesWhole(targets, signal);
    for (const name of await readdir(folder))
      if (isObsolete(name)) await rm(path.join(folder, name), { force: true });
  }

  openFile(location: string | URL): Promise<ModelFile | undefined> {
    return DiskFile.open(toPath(location));
  }

  async readRef(repo: string, revision: string): Promise<string | undefined> {
    const text = await readFile(this.#repo(repo).ref(revision), "utf8").catch(() => undefined);
    const commit = text?.trim();
    return commit && /^[0-9a-f]{6,64}$/i.test(commit) ? commit : undefined;
  }

  async writeRef(repo: string, revision: string, commit: string): Promise<void> {
    // Most loads find it so; a cache that cannot be written is no hindrance then.
    if ((await this.readRef(repo, revision)) === commit) return;
    await writeFileWhole(this.#repo(repo).ref(revision), commit);
  }

  async find(key: HubFileKey): Promise<ModelFile | undefined> {
    checkHubKey(key);
    return DiskFile.open(this.#repo(key.repo).snapshot(key.commit, key.path));
  }

  async isKnownMissing(key: HubFileKey): Promise<boolean> {
    checkHubKey(key);
    const facts = await stat(this.#repo(key.repo).missing(key.commit, key.path)).catch(() => undefined);
    return facts !== undefined;
  }

  async markMissing(key: HubFileKey): Promise<void> {
    checkHubKey(key);
    await writeFileWhole(this.#repo(key.repo).missing(key.commit, key.path), "");
  }

  /** Waits while another process downloads the same content. */
  async open(
    key: HubFileKey,
    etag: string,
    sizeBytes: number,
    { signal, isFresh = false }: StoreOpenOptions = {},
  ): Promise<{ readonly writer: StoreWriter } | { readonly existing: ModelFile }> {
    checkHubKey(key);
    const repo = this.#repo(key.repo);
    const blob = repo.blob(etag);
    const pointer = repo.snapshot(key.commit, key.path);
    const show = async () => {
      await linkBlob(blob, pointer, this.#options.makeLink);
      return this.#require(pointer);
    };
    try {
      await mkdir(path.dirname(blob), { recursive: true });
      await this.#tidy(repo);
      const lock = await FileLock.acquire(repo.lock(etag), this.#options.lockTiming, signal);
      try {
        const whole = await DiskFile.open(blob);
        if (isFresh || whole?.sizeBytes !== sizeBytes) {
          return { writer: await BlobWriter.open(blob, sizeBytes, lock, show, isFresh) };
        }
        const existing = await show();
        await lock.release();
        return { existing };
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw toStoreError(error, `cache ${this.cacheDir}`);
    }
  }

  get fetch(): typeof globalThis.fetch {
    return proxyFetch(this.#env);
  }

  hubSettings(): Promise<HubSettings> {
    return readHubSettings(this.#env);
  }

  get #env(): Environment {
    return this.#options.env ?? process.env;
  }

  #repo(repo: string): HubRepoPaths {
    return new HubRepoPaths(this.cacheDir, repo);
  }

  /** Once for each repository, before something is written there. */
  async #tidy(repo: HubRepoPaths): Promise<void> {
    if (this.#tidied.has(repo.root)) return;
    this.#tidied.add(repo.root);
    await removeRemains(repo.root, path.dirname(repo.blob("any")), path.dirname(repo.lock("any")));
  }

  async #require(file: string): Promise<ModelFile> {
    const found = await DiskFile.open(file);
    if (!found)
      throw new StoreError(`${file}: the file is gone again; is another program cleaning the cache?`, {
        name: file,
      });
    return found;
  }
}
