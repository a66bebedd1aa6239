import type { Shelf, ShelfFile } from "./shelf.js";

/** Forgets everything with the page. */
export class MemoryShelf implements Shelf {
  readonly kind = "memory";
  readonly #files = new Map<string, Blob>();

  async get(path: readonly string[]): Promise<Blob | undefined> {
    return this.#files.get(path.join("/"));
  }

  async put(path: readonly string[], bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#files.set(path.join("/"), new Blob([bytes]));
  }

  async remove(path: readonly string[]): Promise<void> {
    const name = path.join("/");
    for (const each of [...this.#files.keys()]) {
      if (each === name || each.startsWith(`${name}/`)) this.#files.delete(each);
    }
  }

  async list(folder: readonly string[]): Promise<readonly string[]> {
    const prefix = `${folder.join("/")}/`;
    return [...this.#files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
  }

  async tree(folder: readonly string[]): Promise<readonly ShelfFile[]> {
    const prefix = `${folder.join("/")}/`;
    return [...this.#files]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { size }]) => ({ path: name.slice(prefix.length).split("/"), sizeBytes: size }));
  }
}
