import { DownloadError, DownloadWatch } from "@sam2js/core";
import { type Asked, httpError, isTransient } from "./http-error.js";
import { DEFAULT_RETRY, pause, type RetryOptions, retryAfterMs, retryDelayMs } from "./retry.js";

/** `Retry-After` beyond this is not waited for, in milliseconds: a person wants to know. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** A failure that another try may heal. */
export class Retryable extends Error {
  readonly waitMs: number | undefined;
  constructor(message: string, cause?: unknown, waitMs?: number) {
    super(message, { cause });
    this.waitMs = waitMs;
  }
}

/** A connection that trickles. What it brought is kept, but is no reason for more patience. */
class TooSlow extends Retryable {}

/** An answer with the means to know that its body is still coming. */
export interface Answer {
  readonly response: Response;
  /** Reads the next piece of the body, undefined at its end. @throws {Retryable} the connection dropped or fell silent */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of the connection. */
  close(): void;
}

export interface RequestOptions extends Asked {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly retry?: RetryOptions | undefined;
  /** Makes the request; the global `fetch` when missing. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Statuses that the caller wants to see itself. */
  readonly accept?: readonly number[] | undefined;
}

/**
 * One HTTP request, without retries.
 *
 * @throws {Retryable} no connection, silence, or a status that may pass
 * @throws {Sam2Error} any other status that is neither 2xx nor accepted
 * @throws the signal's reason, at once
 */
export async function request(url: URL, options: RequestOptions): Promise<Answer> {
  const { signal, what, retry = {} } = options;
  const { idleMs = DEFAULT_RETRY.idleMs, minBytesPerSecond = DEFAULT_RETRY.minBytesPerSecond } = retry;
  const tooSlow = (rate: number | undefined) =>
    rate === undefined
      ? new Retryable(`no byte for ${idleMs} ms`)
      : new TooSlow(`${rate} bytes a second, less than ${minBytesPerSecond}`);
  const watch = new DownloadWatch({ signal, patience: { idleMs, minBytesPerSecond }, tooSlow });
  const settle = async <T>(step: Promise<T>): Promise<T> => {
    try {
      return await step;
    } catch (cause) {
      signal?.throwIfAborted();
      throw cause instanceof Retryable ? cause : new Retryable(reasonOf(cause), cause);
    }
  };
  try {
    const { headers = {}, accept = [], fetch = globalThis.fetch } = options;
    const response = await settle(watch.answer(fetch(url, { headers, signal: watch.signal })));
    if (!response.ok && !accept.includes(response.status)) throw refusal(response, options);
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    const next = async () => {
      reader ??= response.body?.getReader();
      return reader && settle(watch.piece(reader));
    };
    return { response, next, close: () => watch.close() };
  } catch (error) {
    watch.close();
    throw error;
  }

  function refusal(response: Response, asked: Asked): Error {
    const { status, headers } = response;
    const error = httpError(status, headers.get("x-error-code"), asked);
    if (!isTransient(status)) return error;
    const waitMs = retryAfterMs(headers.get("retry-after"));
    if (waitMs !== undefined && waitMs > MAX_RETRY_AFTER_MS) {
      const seconds = Math.ceil(waitMs / 1000);
      return new DownloadError(
        `${what}: expected an answer, got ${status}, come back in ${seconds} s; try again then`,
        { name: what, expected: "an answer", got: status, status, seconds },
        DownloadError.isInstance(error) ? error.code : undefined,
      );
    }
    return new Retryable(`HTTP status ${status}`, error, waitMs);
  }
}

/**
 * Runs `attempt` until it succeeds, as patiently as `retry` says. An attempt that got further than all before starts the count anew.
 *
 * @param progress  a number that grows with what has been achieved
 * @throws {DownloadError} the last failure as `cause`
 */
export async function withRetries<T>(
  what: string,
  attempt: () => Promise<T>,
  { attempts = DEFAULT_RETRY.attempts, delayMs = DEFAULT_RETRY.delayMs }: RetryOptions,
  signal: AbortSignal | undefined,
  progress: () => number = () => 0,
): Promise<T> {
  let best = progress();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Retryable)) throw error;
      if (progress() > best) {
        best = progress();
        if (!(error instanceof TooSlow)) failures = 1;
      }
      if (failures >= attempts) {
        const cause = error.cause instanceof Error ? error.cause : error;
        if (cause instanceof DownloadError) throw cause;
        throw new DownloadError(
          `${what}: expected an answer, got none after ${failures} tries (${error.message}); check the connection and try again, what came so far is kept`,
          { cause, name: what, expected: "an answer", got: error.message, attempts: failures },
        );
      }
      await pause(error.waitMs ?? retryDelayMs(failures, delayMs), signal);
    }
  }
}

/** Node hides why a fetch failed some causes deep. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error.message || code;
}
