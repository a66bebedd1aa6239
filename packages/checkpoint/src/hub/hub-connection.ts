import type { WorkOptions } from "@sam2js/core";
import type { Asked } from "../transfer/http-error.js";
import { type Answer, request, withRetries } from "../transfer/request.js";
import { DEFAULT_RETRY, type RetryOptions } from "../transfer/retry.js";

/** How one Hub is reached. */
export interface HubConnectionOptions {
  /** Origin, with a path for some mirrors, without a slash at the end. */
  readonly endpoint: string;
  readonly token?: string | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** With a copy at hand nobody should wait long to learn that there is no connection. */
const IMPATIENT_RETRY = { attempts: 2, idleMs: 10_000 } as const;

/** One Hub and the right to read there. The token goes to its own origin only. */
export class HubConnection {
  readonly endpoint: string;
  readonly retry: RetryOptions;
  readonly hasToken: boolean;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly #token: string | undefined;

  constructor({ endpoint, token, retry = {}, fetch }: HubConnectionOptions) {
    this.endpoint = endpoint.replace(/\/+$/, "");
    this.retry = retry;
    this.fetch = fetch;
    // Token files end in a line break.
    this.#token = token?.trim() || undefined;
    this.hasToken = this.#token !== undefined;
  }

  /** The same Hub, given up sooner: for questions that have an older answer. */
  withLessPatience(): HubConnection {
    const { attempts = DEFAULT_RETRY.attempts, idleMs = DEFAULT_RETRY.idleMs } = this.retry;
    const retry = {
      ...this.retry,
      attempts: Math.min(attempts, IMPATIENT_RETRY.attempts),
      idleMs: Math.min(idleMs, IMPATIENT_RETRY.idleMs),
    };
    return new HubConnection({ endpoint: this.endpoint, token: this.#token, retry, fetch: this.fetch });
  }

  /** Headers for a request to this address. Redirects to other origins drop `Authorization`, as `fetch` is specified. */
  headersFor(url: URL): Record<string, string> {
    const isOwn = url.origin === new URL(this.endpoint).origin;
    return isOwn && this.#token !== undefined ? { Authorization: `Bearer ${this.#token}` } : {};
  }

  /** Where a file of a repository is fetched. */
  fileUrl(repo: string, revision: string, path: string): URL {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return new URL(`${this.endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${encoded}`);
  }

  /** The words of messages about a thing in a repository. */
  asked(repo: string, what: string): Asked {
    return { what, hasToken: this.hasToken, page: `${this.endpoint}/${repo}` };
  }

  /** One request with retries; its answer is worked on by `use`, then let go. */
  send<T>(
    url: URL,
    asked: Asked,
    options: Pick<WorkOptions, "signal"> & {
      readonly headers?: Readonly<Record<string, string>> | undefined;
    },
    use: (answer: Answer) => Promise<T>,
  ): Promise<T> {
    const headers = { ...options.headers, ...this.headersFor(url) };
    const attempt = async () => {
      const answer = await request(url, {
        ...asked,
        ...options,
        headers,
        retry: this.retry,
        fetch: this.fetch,
      });
      try {
        return await use(answer);
      } finally {
        answer.close();
      }
    };
    return withRetries(asked.what, attempt, this.retry, options.signal);
  }
}
