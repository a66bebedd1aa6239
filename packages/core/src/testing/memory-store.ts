import { CheckpointError } from "../errors/errors.js";
import { checkFileRange } from "../runtime/check-file-range.js";
import { checkHubKey } from "../runtime/check-hub-key.js";
import type {
  HubFileKey,
  HubSettings,
  ModelFile,
  ModelFolder,
  ModelStore,
  StoreOpenOptions,
  StoreWriter,
} from "../runtime/model-store.js";

/** A file whose bytes are in memory. */
export function memoryFile(location: string, bytes: Uint8Array): ModelFile {
  return {
    location,
    sizeBytes: bytes.byteLength,
    source: { kind: "bytes", bytes },
    read: async (begin, end, signal) => {
      signal?.throwIfAborted();
      checkFileRange(location, begin, end, bytes.byteLength);
      return bytes.slice(begin, end);
    },
  };
}

/** A folder whose files are in memory, by name. */
export function memoryFolder(name: string, files: Readonly<Record<string, Uint8Array>>): ModelFolder {
  return {
    name,
    list: async () => Object.keys(files).filter((path) => !path.includes("/")),
    file: async (path) => {
      checkInside(name, path);
      const bytes = Object.hasOwn(files, path) ? files[path] : undefined;
      return bytes && memoryFile(path.split("/").pop() as string, bytes);
    },
  };
}

function checkInside(folder: string, path: string): void {
  const parts = path.split(/[\\/]/);
  if (!parts.includes("..") && parts[0] !== "") return;
  throw CheckpointError.expected(folder, "a name inside the folder", JSON.stringify(path));
}

/**
 * A {@link ModelStore} that forgets everything with the program: for tests, and where a platform has no storage.
 * Folders and files by path are those that are put in beforehand.
 */
export class MemoryStore implements ModelStore {
  readonly #refs = new Map<string, string>();
  readonly #files = new Map<string, ModelFile>();
  readonly #missing = new Set<string>();
  /** By repository and etag: the same content of several commits. */
  readonly #blobs = new Map<string, ModelFile>();
  readonly #partials = new Map<string, Uint8Array>();
  readonly #folders = new Map<string, ModelFolder>();
  readonly #settings: HubSettings;

  constructor(settings: HubSettings = {}) {
    this.#settings = settings;
  }

  /** Makes a folder that `openFolder` finds by this path, and its files that `openFile` finds by path and name. */
  putFolder(path: string, files: Readonly<Record<string, Uint8Array>>): this {
    this.#folders.set(path, memoryFolder(path, files));
    return this;
  }

  async openFolder(path: string | URL): Promise<ModelFolder | undefined> {
    return this.#folders.get(`${path}`.replace(/\/+$/, "") || "/");
  }

  async openFile(path: string | URL): Promise<ModelFile | undefined> {
    const [, folder = "", name = ""] = /^(.*)\/([^/]*)$/.exec(`${path}`) ?? [];
    return (await this.openFolder(folder))?.file(name);
  }

  async readRef(repo: string, revision: string): Promise<string | undefined> {
    return this.#refs.get(JSON.stringify([repo, revision]));
  }

  async writeRef(repo: string, revision: string, commit: string): Promise<void> {
    this.#refs.set(JSON.stringify([repo, revision]), commit);
  }

  async find(key: HubFileKey): Promise<ModelFile | undefined> {
    return this.#files.get(idOf(key));
  }

  async isKnownMissing(key: HubFileKey): Promise<boolean> {
    return this.#missing.has(idOf(key));
  }

  async markMissing(key: HubFileKey): Promise<void> {
    this.#missing.add(idOf(key));
  }

  async open(
    key: HubFileKey,
    etag: string,
    _sizeBytes: number,
    { isFresh = false }: StoreOpenOptions = {},
  ): Promise<{ readonly writer: StoreWriter } | { readonly existing: ModelFile }> {
    const id = idOf(key);
    const blobId = JSON.stringify([key.repo, etag]);
    const existing = isFresh ? undefined : this.#blobs.get(blobId);
    if (existing) {
      this.#files.set(id, existing);
      return { existing };
    }
    return { writer: this.#writer(id, blobId, etag.replace(/[\\/]/g, "-")) };
  }

  /** Every writer has bytes of its own, so two of one file cannot mix them; the longest is kept for a later attempt. */
  #writer(id: string, blobId: string, location: string): StoreWriter {
    const early = this.#partials.get(blobId) ?? new Uint8Array(0);
    let chunks = [early];
    const joined = (): Uint8Array => {
      const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
      let offset = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, offset);
        offset += chunk.byteLength;
      }
      chunks = [bytes];
      return bytes;
    };
    return {
      sizeBytes: early.byteLength,
      read: (begin, end) => memoryFile(location, joined()).read(begin, end),
      append: async (bytes) => void chunks.push(bytes.slice()),
      truncate: async () => {
        chunks = [];
        this.#partials.delete(blobId);
      },
      commit: async () => {
        const file = this.#blobs.get(blobId) ?? memoryFile(location, joined());
        this.#blobs.set(blobId, file);
        this.#files.set(id, file);
        this.#partials.delete(blobId);
        return file;
      },
      close: async () => {
        const bytes = joined();
        const kept = this.#partials.get(blobId)?.byteLength ?? 0;
        if (!this.#blobs.has(blobId) && bytes.byteLength > kept) this.#partials.set(blobId, bytes);
      },
    };
  }

  async hubSettings(): Promise<HubSettings> {
    return this.#settings;
  }
}

function idOf(key: HubFileKey): string {
  checkHubKey(key);
  return JSON.stringify([key.repo, key.commit, key.path]);
}
