import { DownloadError, NotFoundError, type WorkOptions } from "@sam2js/core";
import { MAX_LISTING_BYTES, MAX_LISTING_PAGES } from "../limits.js";
import type { HubConnection } from "./hub-connection.js";

/** What a Hub says about a file. */
export interface HubFileInfo {
  /** Names the content: SHA-256 for large files, Git's SHA-1 for others. */
  readonly etag: string;
  readonly sizeBytes: number;
}

/** Statuses by which servers without the Hub's interface answer. */
const NO_INTERFACE = new Set([400, 405, 501]);

/** Asks the Hub's own interface, by the Hub's own library: one request for the commit and one for each folder. */
export class ApiDirectory {
  readonly #hub: HubConnection;
  readonly #repo: string;
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, HubFileInfo>>>();

  constructor(hub: HubConnection, repo: string) {
    this.#hub = hub;
    this.#repo = repo;
  }

  /** The commit that a branch or tag points to. @throws {NotFoundError} no such repository or revision */
  async resolve(revision: string, options: WorkOptions): Promise<string> {
    const { modelInfo } = await import("@huggingface/hub");
    const { endpoint } = this.#hub;
    const fetch = this.#fetcher(`${this.#repo}@${revision}`, options);
    const ask = () =>
      modelInfo({ name: this.#repo, revision, hubUrl: endpoint, additionalFields: ["sha"], fetch });
    const { sha } = await this.#ask(ask);
    if (typeof sha !== "string") throw this.#noHub();
    return sha;
  }

  /** A file at a commit, or undefined if there is none. */
  async describe(commit: string, path: string, options: WorkOptions): Promise<HubFileInfo | undefined> {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    let listing = this.#folders.get(folder);
    if (!listing) {
      listing = this.#list(commit, folder, options);
      this.#folders.set(folder, listing);
      listing.catch(() => this.#folders.delete(folder));
    }
    return (await listing).get(path);
  }

  async #list(
    commit: string,
    folder: string,
    options: WorkOptions,
  ): Promise<ReadonlyMap<string, HubFileInfo>> {
    const { listFiles } = await import("@huggingface/hub");
    const fetch = this.#fetcher(`${this.#repo}/${folder}`, options);
    const path = folder.split("/").map(encodeURIComponent).join("/");
    const files = new Map<string, HubFileInfo>();
    try {
      await this.#ask(async () => {
        for await (const entry of listFiles({
          repo: this.#repo,
          revision: commit,
          path,
          hubUrl: this.#hub.endpoint,
          fetch,
        })) {
          const { type, oid, size, lfs } = entry;
          const etag = lfs?.oid ?? oid;
          if (type === "file" && etag !== undefined)
            files.set(entry.path, { etag, sizeBytes: lfs?.size ?? size });
        }
      });
    } catch (error) {
      // A folder that does not exist has no files.
      if (!(NotFoundError.isInstance(error) && error.facts.hubError === "EntryNotFound")) throw error;
    }
    return files;
  }

  /** `fetch` for the library: with our retries, limits, errors and rule about tokens. */
  #fetcher(what: string, { signal }: WorkOptions): typeof fetch {
    const asked = this.#hub.asked(this.#repo, what);
    let pages = 0;
    return async (input) => {
      if (++pages > MAX_LISTING_PAGES) {
        throw new DownloadError(
          `${what}: expected a listing of at most ${MAX_LISTING_PAGES} pages, got more; is this a Hub?`,
          { name: what, expected: MAX_LISTING_PAGES, got: pages },
        );
      }
      return this.#hub.send(
        new URL(String(input)),
        asked,
        { signal, headers: { Accept: "application/json" } },
        async (answer) => {
          const pieces: Uint8Array<ArrayBuffer>[] = [];
          let size = 0;
          for (let piece = await answer.next(); piece !== undefined; piece = await answer.next()) {
            size += piece.length;
            if (size > MAX_LISTING_BYTES) {
              throw new DownloadError(
                `${what}: expected an answer of at most ${MAX_LISTING_BYTES} bytes, got more; is this a Hub?`,
                { name: what, expected: MAX_LISTING_BYTES, got: size },
              );
            }
            pieces.push(piece as Uint8Array<ArrayBuffer>);
          }
          return new Response(new Blob(pieces), { headers: answer.response.headers });
        },
      );
    };
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      // No JSON, or JSON of another form.
      if (error instanceof SyntaxError || error instanceof TypeError) throw this.#noHub(error);
      if (NotFoundError.isInstance(error) && error.facts.hubError === undefined) throw this.#noHub(error);
      if (DownloadError.isInstance(error) && NO_INTERFACE.has(Number(error.facts.status)))
        throw this.#noHub(error);
      throw error;
    }
  }

  #noHub(cause?: unknown): DownloadError {
    const { endpoint } = this.#hub;
    return new DownloadError(
      `${this.#repo}: expected the interface of a Hub on ${endpoint}, got a server without; check endpoint or HF_ENDPOINT, or give the URL of the model's folder`,
      { cause, name: endpoint, expected: "the interface of a Hub", got: "a server without" },
    );
  }
}
