import {
  checkHubKey,
  type HubFileKey,
  type HubSettings,
  type ModelFile,
  type ModelFolder,
  type ModelStore,
  type StoreOpenOptions,
  type StoreWriter,
} from "@sam2js/core";
import { blobModelFile } from "./blob-model-file.js";
import { lock } from "./lock.js";
import { PartWriter } from "./part-writer.js";
import type { Shelf } from "./shelf.js";
import { storeFull, toStoreError } from "./store-error.js";
import { StoredBlob } from "./stored-blob.js";

/** What a store is made of. */
export interface WebStoreOptions {
  /** Opens the shelf on first use. */
  readonly openShelf: () => Promise<Shelf>;
  readonly hub: HubSettings;
  readonly onWarning: (message: string) => void;
}

/**
 * Files of models in a browser: `refs/repo/revision`, `missing/repo/commit/path`, `files/repo/commit/path` (which names its content) and
 * `blobs/repo/etag/` with the content in pieces.
 */
export class WebStore implements ModelStore {
  readonly #options: WebStoreOptions;
  readonly #known = new Map<string, ModelFile>();
  #shelf: Promise<Shelf> | undefined;

  constructor(options: WebStoreOptions) {
    this.#options = options;
  }

  /** A page has no paths. */
  async openFolder(_path: string | URL): Promise<ModelFolder | undefined> {
    return undefined;
  }

  async openFile(_path: string | URL): Promise<ModelFile | undefined> {
    return undefined;
  }

  async readRef(repo: string, revision: string): Promise<string | undefined> {
    const commit = await this.#text(["refs", segment(repo), segment(revision)]);
    return commit && /^[0-9a-f]{6,64}$/i.test(commit) ? commit : undefined;
  }

  async writeRef(repo: string, revision: string, commit: string): Promise<void> {
    if ((await this.readRef(repo, revision)) === commit) return;
    await this.#write(["refs", segment(repo), segment(revision)], commit);
  }

  async find(key: HubFileKey): Promise<ModelFile | undefined> {
    const etag = await this.#text(pathOf("files", key));
    if (!etag) return undefined;
    return this.#content(key, etag);
  }

  async isKnownMissing(key: HubFileKey): Promise<boolean> {
    return (await this.#text(pathOf("missing", key))) !== undefined;
  }

  async markMissing(key: HubFileKey): Promise<void> {
    await this.#write(pathOf("missing", key), "missing");
  }

  /** Waits while another tab downloads the same content. */
  async open(
    key: HubFileKey,
    etag: string,
    sizeBytes: number,
    { signal, isFresh = false }: StoreOpenOptions = {},
  ): Promise<{ readonly writer: StoreWriter } | { readonly existing: ModelFile }> {
    const pointer = pathOf("files", key);
    const folder = blobFolder(key.repo, etag);
    const release = await lock(folder.join("/"), signal);
    try {
      const existing = isFresh ? undefined : await this.#content(key, etag);
      if (existing?.sizeBytes === sizeBytes) {
        await this.#write(pointer, etag);
        release();
        return { existing };
      }
      const stored = new StoredBlob(await this.#open(), folder);
      const writer = new PartWriter({
        name: `${key.repo} ${key.path}`,
        stored,
        parts: await stored.parts(),
        expectedBytes: sizeBytes,
        show: async (content) => {
          await this.#write(pointer, etag);
          return this.#remember(folder, etag, content);
        },
        release,
      });
      if (isFresh || writer.sizeBytes > sizeBytes) await writer.truncate();
      await this.#requireRoom(`${key.repo} ${key.path}`, sizeBytes - writer.sizeBytes);
      return { writer };
    } catch (error) {
      release();
      throw toStoreError(error, `${key.repo} ${key.path}`);
    }
  }

  async hubSettings(): Promise<HubSettings> {
    return this.#options.hub;
  }

  /** The content that an etag names, if it is whole. */
  async #content({ repo, path }: HubFileKey, etag: string): Promise<ModelFile | undefined> {
    const folder = blobFolder(repo, etag);
    const known = this.#known.get(folder.join("/"));
    if (known) return known;
    try {
      const content = await new StoredBlob(await this.#open(), folder).whole();
      if (content === "damaged") {
        this.#options.onWarning(`${repo} ${path}: the stored file is damaged and is fetched again`);
        return undefined;
      }
      return content && this.#remember(folder, etag, content);
    } catch (error) {
      throw toStoreError(error, `${repo} ${path}`);
    }
  }

  #remember(folder: readonly string[], etag: string, content: Blob): ModelFile {
    const file = blobModelFile(segment(etag), content);
    this.#known.set(folder.join("/"), file);
    return file;
  }

  async #requireRoom(what: string, neededBytes: number): Promise<void> {
    if ((await this.#open()).kind === "memory") return;
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    if (usage === undefined || quota === undefined || usage + neededBytes <= quota) return;
    const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
    throw storeFull(what, `${megabytes(neededBytes)} needed, ${megabytes(Math.max(0, quota - usage))} free`);
  }

  #text(path: readonly string[]): Promise<string | undefined> {
    return this.#alone(path, async (shelf) => (await shelf.get(path))?.text());
  }

  async #write(path: readonly string[], text: string): Promise<void> {
    await this.#alone(path, (shelf) => shelf.put(path, new TextEncoder().encode(text)));
  }

  /** OPFS lets one writer at a file, and fails those who read it meanwhile. */
  async #alone<T>(path: readonly string[], work: (shelf: Shelf) => Promise<T>): Promise<T> {
    const name = path.join("/");
    const release = await lock(name);
    try {
      return await work(await this.#open());
    } catch (error) {
      throw toStoreError(error, name);
    } finally {
      release();
    }
  }

  #open(): Promise<Shelf> {
    const shelf = this.#shelf ?? this.#options.openShelf();
    this.#shelf = shelf;
    shelf.catch(() => {
      this.#shelf = undefined;
    });
    return shelf;
  }
}

/** A name as file systems take it: no slash, and neither `.` nor `..`. */
function segment(name: string): string {
  return encodeURIComponent(name).replace(/^\.+$/, (dots) => "%2E".repeat(dots.length));
}

function pathOf(kind: "files" | "missing", key: HubFileKey): readonly string[] {
  checkHubKey(key);
  return [kind, segment(key.repo), segment(key.commit), segment(key.path)];
}

function blobFolder(repo: string, etag: string): readonly string[] {
  return ["blobs", segment(repo), segment(etag)];
}
