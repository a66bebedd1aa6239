import { DownloadError, NotFoundError, type WorkOptions } from "@sam2js/core";
import type { HubConnection } from "./hub-connection.js";
import type { HubDirectory, HubFileInfo } from "./hub-directory.js";

const REDIRECTS = [301, 302, 303, 307, 308];
/** A moved repository, and the Hub's own cache behind it, are a redirect each. */
const MAX_REDIRECTS = 5;

/**
 * Reads commit, etag and size from the headers of files, as Python's hub library does. For mirrors that serve files and nothing else;
 * browsers do not show the headers of redirects, so there the interface is needed.
 */
export class HeaderDirectory implements HubDirectory {
  readonly #hub: HubConnection;
  readonly #repo: string;

  constructor(hub: HubConnection, repo: string) {
    this.#hub = hub;
    this.#repo = repo;
  }

  async resolve(revision: string, options: WorkOptions): Promise<string> {
    const what = `${this.#repo}@${revision}`;
    const headers = await this.#head(revision, "config.json", what, options);
    const commit = headers?.get("x-repo-commit");
    if (commit) return commit;
    throw headers
      ? new DownloadError(
          `${what}: expected an X-Repo-Commit header, got none; is ${this.#hub.endpoint} a mirror of the Hub?`,
          { what },
        )
      : new NotFoundError(
          `${what}: expected a model with a config.json on ${this.#hub.endpoint}, got none; check the name`,
          { what },
        );
  }

  async describe(commit: string, path: string, options: WorkOptions): Promise<HubFileInfo | undefined> {
    const what = `${this.#repo}/${path}`;
    const headers = await this.#head(commit, path, what, options);
    if (!headers || headers.get("x-error-code") === "EntryNotFound") return undefined;
    const etag = (headers.get("x-linked-etag") ?? headers.get("etag"))
      ?.replace(/^W\//, "")
      .replaceAll('"', "");
    const size = headers.get("x-linked-size") ?? headers.get("content-length");
    if (etag && size !== null && /^\d+$/.test(size)) return { etag, sizeBytes: Number(size) };
    throw new DownloadError(
      `${what}: expected headers with ETag and size, got none; is ${this.#hub.endpoint} a mirror of the Hub?`,
      { what },
    );
  }

  /** Headers of the answer before any redirect to another origin; undefined where nothing is. */
  async #head(
    revision: string,
    path: string,
    what: string,
    { signal }: WorkOptions,
  ): Promise<Headers | undefined> {
    const asked = this.#hub.asked(this.#repo, what);
    let url = this.#hub.fileUrl(this.#repo, revision, path);
    for (let redirects = 0; ; redirects++) {
      const options = {
        method: "HEAD",
        redirect: "manual",
        signal,
        accept: [...REDIRECTS, 404],
        headers: { "Accept-Encoding": "identity" },
      } as const;
      const { status, headers, type } = await this.#hub.send(
        url,
        asked,
        options,
        async (answer) => answer.response,
      );
      if (type === "opaqueredirect") {
        throw new DownloadError(
          `${what}: expected the interface of the Hub on ${this.#hub.endpoint}, got a server of files alone, which browsers cannot use; give a URL of the folder`,
          { what },
        );
      }
      if (status === 404)
        return headers.get("x-error-code") === "EntryNotFound" ? headers : notFound(headers, what);
      const location = headers.get("location");
      if (!REDIRECTS.includes(status) || location === null) return headers;
      const target = new URL(location, url);
      if (target.origin !== url.origin || headers.has("x-linked-etag")) return headers;
      if (redirects === MAX_REDIRECTS) {
        throw new DownloadError(`${what}: expected a file, got more than ${MAX_REDIRECTS} redirects`, {
          what,
        });
      }
      url = target;
    }
  }
}

function notFound(headers: Headers, what: string): undefined {
  const code = headers.get("x-error-code");
  if (code === null) return undefined;
  throw new NotFoundError(
    `${what}: expected a repository and revision that exist, got ${code}; check the name`,
    { what, hubError: code },
  );
}
