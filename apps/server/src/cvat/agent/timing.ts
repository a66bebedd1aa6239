import { setTimeout as delay } from "node:timers/promises";
import { CvatError } from "../api/cvat-error.js";

/** How often CVAT is asked, in ms. The defaults are those of cvat-cli. */
export interface AgentTiming {
  /** Between polls while there is no event stream. */
  readonly pollMs: number;
  /** Between polls beside an event stream; also the longest pause after failures. */
  readonly rarePollMs: number;
  /** The first pause after a failure; it doubles with each further one. */
  readonly retryMs: number;
  /** Between reports of a request's progress. */
  readonly updateMs: number;
}

export const AGENT_TIMING: AgentTiming = {
  pollMs: 60_000,
  rarePollMs: 600_000,
  retryMs: 5_000,
  updateMs: 30_000,
};

const MIN_PAUSE_MS = 1000;

/** How far pauses vary, so that many agents do not ask at the same moment. */
const JITTER = 0.15;

/** A duration, up to 15 % longer or shorter. */
export function around(ms: number): number {
  return ms * (1 - JITTER + 2 * JITTER * Math.random());
}

/** Waits; an abort ends it early, without an error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** How long to wait after failures: twice as long after each, or as long as CVAT says. */
export class Backoff {
  readonly #timing: AgentTiming;
  #nextMs: number;

  constructor(timing: AgentTiming) {
    this.#timing = timing;
    this.#nextMs = timing.retryMs;
  }

  /** The first pause again, or the one that is given. */
  reset(ms = this.#timing.retryMs): void {
    this.#nextMs = Math.min(this.#atLeast(ms), this.#timing.rarePollMs);
  }

  /**
   * The pause before the next try, in ms.
   *
   * @throws the error itself where trying again is of no use
   */
  after(error: unknown): number {
    if (!CvatError.isInstance(error) || !error.isTemporary) throw error;
    return error.retryAfterMs === undefined ? this.next() : this.#atLeast(error.retryAfterMs);
  }

  /** The pause before the next try, in ms. */
  next(): number {
    const ms = this.#nextMs;
    this.reset(2 * ms);
    return ms * (1 + JITTER * Math.random());
  }

  /** A server that says 0 shall not be asked without a pause. */
  #atLeast(ms: number): number {
    return Math.max(ms, Math.min(MIN_PAUSE_MS, this.#timing.retryMs));
  }
}
