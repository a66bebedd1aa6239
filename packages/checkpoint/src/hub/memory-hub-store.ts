import type { HubFileKey, HubSettings, ModelFile, ModelFolder, ModelStore, StoreWriter } from "@sam2js/core";
import { blobFile } from "../files/memory-file.js";

/** Keeps downloads in memory, for calls without a runtime. It has no local files and forgets with its last user. */
export class MemoryHubStore implements ModelStore {
  readonly #files = new Map<string, ModelFile>();

  async openFolder(): Promise<ModelFolder | undefined> {
    return undefined;
  }

  async openFile(): Promise<ModelFile | undefined> {
    return undefined;
  }

  async readRef(): Promise<string | undefined> {
    return undefined;
  }

  async writeRef(): Promise<void> {}

  async find(key: HubFileKey): Promise<ModelFile | undefined> {
    return this.#files.get(nameOf(key));
  }

  async isKnownMissing(): Promise<boolean> {
    return false;
  }

  async markMissing(): Promise<void> {}

  async open(key: HubFileKey): Promise<{ writer: StoreWriter }> {
    return { writer: new MemoryWriter(key.path, (file) => this.#files.set(nameOf(key), file)) };
  }

  async hubSettings(): Promise<HubSettings> {
    return {};
  }
}

class MemoryWriter implements StoreWriter {
  readonly #path: string;
  readonly #onCommit: (file: ModelFile) => void;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  sizeBytes = 0;

  constructor(path: string, onCommit: (file: ModelFile) => void) {
    this.#path = path;
    this.#onCommit = onCommit;
  }

  async read(begin: number, end: number): Promise<Uint8Array> {
    return new Uint8Array(await new Blob(this.#pieces).slice(begin, end).arrayBuffer());
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes.slice());
    this.sizeBytes += bytes.length;
  }

  async truncate(): Promise<void> {
    this.#pieces = [];
    this.sizeBytes = 0;
  }

  async commit(): Promise<ModelFile> {
    const file = blobFile(this.#path.slice(this.#path.lastIndexOf("/") + 1), new Blob(this.#pieces));
    this.#onCommit(file);
    return file;
  }

  async close(): Promise<void> {}
}

function nameOf({ repo, commit, path }: HubFileKey): string {
  return `${repo}/${commit}/${path}`;
}
