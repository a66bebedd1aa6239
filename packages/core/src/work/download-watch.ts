import { raceAbort } from "./abort.js";

/** When a server is too slow to be waited for. */
export interface Patience {
  /** It sends nothing for so long, in milliseconds, or over so long less than `minBytesPerSecond`. */
  readonly idleMs: number;
  /** 0 waits for any trickle. */
  readonly minBytesPerSecond: number;
}

/** At less than 1024 bytes a second the smallest SAM 2 would take more than a day. */
export const DEFAULT_PATIENCE: Patience = { idleMs: 60_000, minBytesPerSecond: 1024 };

/** Whose patience a {@link DownloadWatch} has, and what it says at its end. */
export interface DownloadWatchOptions {
  /** When the connection is given up. */
  readonly patience: Patience;
  /** The error of a connection that brought so many whole bytes a second over `idleMs`; undefined is silence. */
  readonly tooSlow: (bytesPerSecond: number | undefined) => Error;
  /** Ends the connection as well, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One connection, which ends when it falls silent, trickles, or its signal aborts. Only waiting counts, not what is done with the bytes. */
export class DownloadWatch {
  readonly #connection = new AbortController();
  readonly #options: DownloadWatchOptions;
  readonly #onAbort = () => this.#connection.abort(this.#options.signal?.reason);
  #waitedMs = 0;
  #received = 0;

  /** @throws the signal's reason, if it is aborted already */
  constructor(options: DownloadWatchOptions) {
    this.#options = options;
    options.signal?.throwIfAborted();
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** For the request: aborts when the connection is to end. */
  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  /** Waits for the answer, whose size says nothing. @throws the error of `tooSlow`, or the signal's reason */
  async answer<T>(step: Promise<T>): Promise<T> {
    const { patience, tooSlow } = this.#options;
    const silence = setTimeout(() => this.#connection.abort(tooSlow(undefined)), patience.idleMs);
    try {
      return await raceAbort(step, this.signal);
    } finally {
      clearTimeout(silence);
    }
  }

  /** Waits for the next piece of the body; undefined at its end. @throws the error of `tooSlow`, or the signal's reason */
  async piece(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
    const { patience, tooSlow } = this.#options;
    const began = performance.now();
    const { value } = await this.answer(reader.read());
    this.#waitedMs += performance.now() - began;
    this.#received += value?.length ?? 0;
    if (!value || this.#waitedMs < patience.idleMs) return value;
    const rate = Math.floor((1000 * this.#received) / this.#waitedMs);
    if (rate < patience.minBytesPerSecond) throw tooSlow(rate);
    this.#waitedMs = 0;
    this.#received = 0;
    return value;
  }

  /** Lets go of the connection. */
  close(): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#connection.abort();
  }
}
