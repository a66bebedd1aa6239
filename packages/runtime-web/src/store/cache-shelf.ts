import type { Shelf } from "./shelf.js";

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
  }

  async list(folder: readonly string[]): Promise<readonly string[]> {
    const prefix = `${addressOf(folder)}/`;
    const addresses = (await this.#cache.keys()).map(({ url }) => url);
    return addresses
      .filter((url) => url.startsWith(prefix))
      .map((url) => decodeURIComponent(url.slice(prefix.length)));
  }
}

const addressOf = (path: readonly string[]) => BASE + path.map(encodeURIComponent).join("/");
