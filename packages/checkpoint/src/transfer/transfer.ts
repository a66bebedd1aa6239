import { DownloadError } from "@sam2js/core";
import type { Asked } from "./http-error.js";
import { type Answer, Retryable, request, withRetries } from "./request.js";
import type { RetryOptions } from "./retry.js";

/** Takes the bytes of a download in order. A store's writer is one. */
export interface TransferSink {
  /** What is there when the transfer begins. */
  readonly sizeBytes: number;
  append(bytes: Uint8Array): Promise<void>;
  truncate(): Promise<void>;
}

export interface TransferOptions extends Asked {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Size of the whole file; from the answer if missing. */
  readonly totalBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Sees each answer that brings content, and may throw. */
  readonly onAnswer?: ((response: Response) => void) | undefined;
  /** Is told after each piece. */
  readonly onBytes?: ((done: number, total: number | undefined) => void) | undefined;
}

/**
 * Fetches a file into a sink, going on behind what is there already, now and after each dropped connection.
 *
 * @throws {DownloadError} it failed for good, or has another length than `totalBytes`
 * @throws {NotFoundError} there is no such file
 * @throws the signal's reason; what came so far stays in the sink
 */
export async function transfer(url: URL, sink: TransferSink, options: TransferOptions): Promise<void> {
  const { what, signal, retry = {}, onBytes } = options;
  let total = options.totalBytes;
  let have = sink.sizeBytes;
  let furthest = have;
  const startOver = async () => {
    await sink.truncate();
    have = 0;
  };
  if (total !== undefined && have > total) await startOver();
  if (total !== undefined && have === total) return onBytes?.(have, total);

  const attempt = async (): Promise<void> => {
    const headers: Record<string, string> = { ...options.headers, "Accept-Encoding": "identity" };
    if (have > 0) headers.Range = `bytes=${have}-`;
    const answer = await request(url, { ...options, headers, accept: [416] });
    try {
      const { status } = answer.response;
      if (status === 416) {
        // What is there is longer than the file, or the server cannot resume: begin again.
        await startOver();
        throw new Retryable("HTTP status 416 (range not satisfiable)");
      }
      if (have > 0 && !(status === 206 && rangeStart(answer.response) === have)) {
        await startOver();
        // A range that was not asked for is of no use; a 200 is the whole file.
        if (status === 206) throw new Retryable("another range than asked for");
      }
      options.onAnswer?.(answer.response);
      total ??= totalOf(answer.response, have);
      await drain(answer);
    } finally {
      answer.close();
    }
    if (total !== undefined && have < total)
      throw new Retryable(`the connection ended after ${have} of ${total} bytes`);
  };

  const drain = async (answer: Answer): Promise<void> => {
    for (let piece = await answer.next(); piece !== undefined; piece = await answer.next()) {
      if (total !== undefined && have + piece.length > total) {
        await startOver();
        throw new DownloadError(`${what}: expected ${total} bytes, got more; the server sends another file`, {
          name: what,
          expected: total,
          got: have + piece.length,
        });
      }
      await sink.append(piece);
      have += piece.length;
      furthest = Math.max(furthest, have);
      onBytes?.(have, total);
    }
  };

  await withRetries(what, attempt, retry, signal, () => furthest);
}

/** Where a partial answer begins; undefined if it does not say. */
function rangeStart(response: Response): number | undefined {
  const found = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return found ? Number(found[1]) : undefined;
}

/** Size of the whole file by the answer's headers; a compressed body's length is another. */
function totalOf(response: Response, have: number): number | undefined {
  const { headers, status } = response;
  if (headers.get("content-encoding") !== null) return undefined;
  const length = headers.get("content-length");
  if (length === null || !/^\d+$/.test(length)) return undefined;
  return Number(length) + (status === 206 ? have : 0);
}
