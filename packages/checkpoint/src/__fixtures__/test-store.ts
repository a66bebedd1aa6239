import type { HubFileKey, HubSettings, ModelFile, ModelFolder, ModelStore, StoreOpenOptions, StoreWriter } from "@sam2js/core";
import { bytesFile } from "../index.js";

/** A store in memory that keeps partial downloads, finds content by etag, and has local folders as they are given. */
export class TestStore implements ModelStore {
  readonly committed = new Map<string, ModelFile>();
  readonly partials = new Map<string, Uint8Array>();
  readonly missing = new Set<string>();
  readonly refs = new Map<string, string>();
  readonly folders: Record<string, Record<string, Uint8Array>>;
  readonly settings: HubSettings;
  /** Writers that neither committed nor closed. */
  openWriters = 0;
  readonly #contents = new Map<string, ModelFile>();

  constructor(folders: Record<string, Record<string, Uint8Array>> = {}, settings: HubSettings = {}) {
    this.folders = folders;
    this.settings = settings;
  }

  async openFolder(path: string | URL): Promise<ModelFolder | undefined> {
    const name = pathOf(path).replace(/\/$/, "");
    const files = this.folders[name];
    if (!files) return undefined;
    return {
      name,
      file: async (file) => (files[file] ? bytesFile(file.split("/").at(-1) ?? file, files[file]) : undefined),
      list: async () => Object.keys(files),
    };
  }

  async openFile(path: string | URL): Promise<ModelFile | undefined> {
    const parts = pathOf(path).split("/");
    const name = parts.pop() ?? "";
    return (await this.openFolder(parts.join("/")))?.file(name);
  }

  async readRef(repo: string, revision: string): Promise<string | undefined> {
    return this.refs.get(`${repo}@${revision}`);
  }

  async writeRef(repo: string, revision: string, commit: string): Promise<void> {
    this.refs.set(`${repo}@${revision}`, commit);
  }

  async find(key: HubFileKey): Promise<ModelFile | undefined> {
    return this.committed.get(nameOf(key));
  }

  async isKnownMissing(key: HubFileKey): Promise<boolean> {
    return this.missing.has(nameOf(key));
  }

  async markMissing(key: HubFileKey): Promise<void> {
    this.missing.add(nameOf(key));
  }

  async open(
    key: HubFileKey,
    etag: string,
    _sizeBytes: number,
    { isFresh = false }: StoreOpenOptions = {},
  ): Promise<{ writer: StoreWriter } | { existing: ModelFile }> {
    const existing = isFresh ? undefined : this.#contents.get(etag);
    if (existing) {
      this.committed.set(nameOf(key), existing);
      return { existing };
    }
    this.openWriters++;
    let bytes = this.partials.get(etag) ?? new Uint8Array();
    const keep = (next: Uint8Array) => {
      bytes = next;
      this.partials.set(etag, next);
    };
    const writer: StoreWriter = {
      sizeBytes: bytes.length,
      read: async (begin, end) => bytes.subarray(begin, end),
      append: async (piece) => keep(Uint8Array.from([...bytes, ...piece])),
      truncate: async () => keep(new Uint8Array()),
      commit: async () => {
        this.openWriters--;
        this.partials.delete(etag);
        const file = bytesFile(etag, bytes);
        this.#contents.set(etag, file);
        this.committed.set(nameOf(key), file);
        return file;
      },
      close: async () => {
        this.openWriters--;
      },
    };
    return { writer };
  }

  async hubSettings(): Promise<HubSettings> {
    return this.settings;
  }
}

function pathOf(path: string | URL): string {
  return typeof path === "string" ? path : decodeURIComponent(path.pathname);
}

function nameOf({ repo, commit, path }: HubFileKey): string {
  return `${repo}@${commit}/${path}`;
}
