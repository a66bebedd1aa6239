import { DownloadError, ImageError, InputError, NotFoundError } from "../errors/errors.js";
import { DEFAULT_PATIENCE, DownloadWatch, type Patience } from "../work/download-watch.js";
import { checkImageFileSize } from "./limits.js";
import { sourceName } from "./source-name.js";

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
  patience: Patience = DEFAULT_PATIENCE,
): Promise<Uint8Array> {
  const name = sourceName(address);
  checkAddress(address, name);
  const watch = new DownloadWatch({ signal, patience, tooSlow: (rate = 0) => tooSlow(name, rate, patience) });
  try {
    const response = await watch.answer(fetchWith(address, { signal: watch.signal }));
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
    return await readBody(response.body, name, watch);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TypeError)) throw error;
    if (/^data:/i.test(address)) {
      const expected = "data:image/png;base64,…";
      throw ImageError.expected(name, expected, "one that is not valid", "give the bytes instead");
    }
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new DownloadError(
      `${name}: cannot be fetched (${why}); the server must be reachable and, from a page, allow it (CORS)`,
      { cause: error, url: name },
    );
  } finally {
    watch.close();
  }
}

function tooSlow(name: string, rate: number, { idleMs, minBytesPerSecond }: Patience): DownloadError {
  const expected = `${minBytesPerSecond} bytes a second`;
  const got = `${rate} over ${idleMs / 1000} s`;
  return DownloadError.expected(name, expected, got, "check the connection and try again");
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  name: string,
  watch: DownloadWatch,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  try {
    for (let piece = await watch.piece(reader); piece; piece = await watch.piece(reader)) {
      parts.push(piece);
      size += piece.length;
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
    throw InputError.expected(name, "a URL", "one that is not valid", "check host and port");
  }
  const { username, password } = new URL(address);
  if (username || password) {
    throw InputError.expected(
      name,
      "a URL without a login",
      "one with user or password",
      "fetch the image yourself with an Authorization header and give its bytes",
    );
  }
}
