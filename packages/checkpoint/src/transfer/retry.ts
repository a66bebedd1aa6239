import { DEFAULT_PATIENCE, throwIfAborted } from "@sam2js/core";

/** How patient downloads are. */
export interface RetryOptions {
  /** Tries in a row that bring no new byte, before the download fails. Default 6. */
  readonly attempts?: number | undefined;
  /** Pause after the first failure in milliseconds, doubled with each further one up to 30 s, plus or minus a third. Default 500. */
  readonly delayMs?: number | undefined;
  /** Silence after which a connection counts as dropped, in milliseconds. Default 60,000. */
  readonly idleMs?: number | undefined;
  /**
   * A connection that brings less than this many bytes a second, over `idleMs`, counts as dropped, and what it brought as no progress.
   * Default 1024: the smallest SAM 2 would take more than a day. 0 waits for ever.
   */
  readonly minBytesPerSecond?: number | undefined;
}

export const DEFAULT_RETRY = {
  attempts: 6,
  delayMs: 500,
  ...DEFAULT_PATIENCE,
} satisfies Required<RetryOptions>;
/** The names of {@link RetryOptions}. */
export const RETRY_OPTIONS = Object.keys(DEFAULT_RETRY);

const MAX_DELAY_MS = 30_000;

/** The pause before try number `failures + 1`, in milliseconds. Jitter keeps many clients from coming back at the same moment. */
export function retryDelayMs(failures: number, delayMs: number): number {
  const delay = Math.min(MAX_DELAY_MS, delayMs * 2 ** (failures - 1));
  return delay * (1 + (Math.random() * 2 - 1) / 3);
}

/**
 * What a `Retry-After` header asks for, in milliseconds: seconds or a date.
 *
 * @returns undefined if there is none, or none that can be read
 */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Resolves after a pause, or rejects with `signal.reason` at once. */
export async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      end();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
