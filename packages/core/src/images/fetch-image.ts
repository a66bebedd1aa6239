import { DownloadError, ImageError, InputError, NotFoundError } from "../errors/errors.js";
import { raceAbort } from "../work/abort.js";
import { checkImageFileSize } from "./limits.js";
import { sourceName } from "./source-name.js";

/** When a server is too slow to be waited for. */
interface Patience {
  /** It sends nothing for so long, in ms, or over so long less than `minBytesPerSecond`. Only waiting counts, not what is done with the bytes. */
  readonly idleMs: number;
  readonly minBytesPerSecond: number;
}

/** The same as for files of models. */
const PATIENCE: Patience = { idleMs: 60_000, minBytesPerSecond: 1024 };

/**
 * The bytes behind an `http(s):`, `data:` or `blob:` URL.
 *
 * @param fetchWith  the platform's `fetch`, or one that knows proxies
 * @param patience   for tests
 * @throws {InputError} the URL is not valid, or has a login in it
 * @throws {NotFoundError} the server has no such file
 * @throws {DownloadError} the server cannot be reached, answers with an error, or sends too slowly
 * @throws {ImageError} the file is too large
 */
export async function fetchImage(
  address: string,
  signal: AbortSignal | undefined,
  fetchWith: typeof fetch = fetch,
  patience: Patience = PATIENCE,
): Promise<Uint8Array> {
  const name = sourceName(address);
  checkAddress(address, name);
  signal?.throwIfAborted();
  const connection = new AbortController();
  const onAbort = () => connection.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const waiting = new Waiting(name, connection, patience);
  try {
    const response = await waiting.for(fetchWith(address, { signal: connection.signal }), () => 0);
    if (response.status === 404 || response.status === 410) {
      throw new NotFoundError(
        `${name}: the server has no such image (status ${response.status}); check the address`,
        { url: name },
      );
    }
    if (!response.ok || !response.body) {
      const got = `status ${response.status}`;
      const next =
        response.status === 401 || response.status === 403
          ? "the address may need a login, or its signature is out of date"
          : "try again later";
      throw new DownloadError(`${name}: expected an image, got ${got}; ${next}`, {
        url: name,
        expected: "an image",
        got,
      });
    }
    checkImageFileSize(Number(response.headers.get("content-length") ?? 0), name);
    return await readBody(response.body, name, waiting);
  } catch (error) {
    signal?.throwIfAborted();
    connection.abort();
    if (!(error instanceof TypeError)) throw error;
    if (/^data:/i.test(address)) {
      const expected = "data:image/png;base64,…";
      throw new ImageError(
        `${name}: expected ${expected}, got one that is not valid; give the bytes instead`,
        {
          name,
          expected,
          got: name,
        },
      );
    }
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new DownloadError(
      `${name}: cannot be fetched (${why}); the server must be reachable and, from a page, allow it (CORS)`,
      { cause: error, url: name },
    );
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Waits for the steps of a download, and ends one that sleeps or trickles. */
class Waiting {
  readonly #name: string;
  readonly #connection: AbortController;
  readonly #patience: Patience;
  #waitedMs = 0;
  #received = 0;

  constructor(name: string, connection: AbortController, patience: Patience) {
    this.#name = name;
    this.#connection = connection;
    this.#patience = patience;
  }

  /** @param sizeOf  bytes that the step brought */
  async for<T>(step: Promise<T>, sizeOf: (value: T) => number): Promise<T> {
    const { idleMs, minBytesPerSecond } = this.#patience;
    const began = performance.now();
    const silence = setTimeout(() => this.#connection.abort(this.#tooSlow(0)), idleMs);
    try {
      const value = await raceAbort(step, this.#connection.signal);
      this.#waitedMs += performance.now() - began;
      this.#received += sizeOf(value);
      if (this.#waitedMs < idleMs) return value;
      const rate = Math.floor((1000 * this.#received) / this.#waitedMs);
      if (rate < minBytesPerSecond) throw this.#tooSlow(rate);
      this.#waitedMs = 0;
      this.#received = 0;
      return value;
    } finally {
      clearTimeout(silence);
    }
  }

  #tooSlow(rate: number): DownloadError {
    const { idleMs, minBytesPerSecond } = this.#patience;
    const expected = `${minBytesPerSecond} bytes a second`;
    const got = `${rate} over ${idleMs / 1000} s`;
    return DownloadError.expected(this.#name, expected, got, "check the connection and try again");
  }
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  name: string,
  waiting: Waiting,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  try {
    const next = () => waiting.for(reader.read(), ({ value }) => value?.length ?? 0);
    for (let step = await next(); !step.done; step = await next()) {
      parts.push(step.value);
      size += step.value.length;
      checkImageFileSize(size, name);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined); // not waited for: the server may be silent
    throw error;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The platform's own errors would quote the whole address. */
function checkAddress(address: string, name: string): void {
  if (!/^https?:/i.test(address)) return;
  if (!URL.canParse(address)) {
    throw new InputError(`${name}: expected a URL, got one that is not valid; check host and port`, {
      name,
      expected: "a URL",
      got: name,
    });
  }
  const { username, password } = new URL(address);
  if (username || password) {
    throw new InputError(
      `${name}: expected a URL without a login, got one with user or password; fetch the image yourself with an Authorization header and give its bytes`,
      { name, expected: "a URL without a login", got: "a URL with a login" },
    );
  }
}
