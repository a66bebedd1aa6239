import type { Shelf, ShelfFile } from "./shelf.js";

/** Addresses of files; nothing is ever asked for there. `.invalid` can belong to nobody (RFC 2606). */
const BASE = "https://sam2js.invalid/";

/** Files as responses in the Cache API, which gives them back as blobs on disk. */
export class CacheShelf implements Shelf {
  readonly kind = "cache";
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async get(path: readonly string[]): Promise<Blob | undefined> {
    const response = await this.#cache.match(addressOf(path));
    return response?.blob();
  }

  async put(path: readonly string[], bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#cache.put(addressOf(path), new Response(bytes));
  }

  async remove(path: readonly string[]): Promise<void> {
    await this.#cache.delete(addressOf(path));
    for (const address of await this.#below(path)) await this.#cache.delete(address);
  }

  async list(folder: readonly string[]): Promise<readonly string[]> {
    const prefix = `${addressOf(folder)}/`;
    return (await this.#below(folder)).map((url) => decodeURIComponent(url.slice(prefix.length)));
  }

  async tree(folder: readonly string[]): Promise<readonly ShelfFile[]> {
    const prefix = `${addressOf(folder)}/`;
    const files: ShelfFile[] = [];
    for (const url of await this.#below(folder)) {
      const response = await this.#cache.match(url);
      const path = url.slice(prefix.length).split("/").map(decodeURIComponent);
      if (response) files.push({ path, sizeBytes: (await response.blob()).size });
    }
    return files;
  }

  /** Addresses of all files below a folder. */
  async #below(folder: readonly string[]): Promise<string[]> {
    const prefix = `${addressOf(folder)}/`;
    return (await this.#cache.keys()).map(({ url }) => url).filter((url) => url.startsWith(prefix));
  }
}

const addressOf = (path: readonly string[]) => BASE + path.map(encodeURIComponent).join("/");
