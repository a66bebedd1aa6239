import { type ErrorFacts, Sam2Error, type Sam2ErrorCode } from "@sam2js/core";

/** How a request is refused, beside its code. */
export interface Refusal {
  /** Status of HTTP. */
  readonly status: number;
  /** When to try again, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
}

/** A request that the server refuses: too large, not allowed, too busy. `status` says how. */
export class RequestError extends Sam2Error {
  static override readonly symbolName: string = "RequestError";
  /** Status of HTTP. */
  readonly status: number;
  /** When to try again, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: Sam2ErrorCode, message: string, refusal: Refusal, facts?: ErrorFacts) {
    super(code, message, facts);
    this.status = refusal.status;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }

  /** 413: more than a limit allows. */
  static tooLarge(name: string, expected: string, got: string | number, option: string): RequestError {
    const message = `${name}: expected ${expected}, got ${got}; send less, or start the server with a larger ${option}`;
    return new RequestError("TOO_LARGE", message, { status: 413 }, { name, expected, got, option });
  }

  /** 413: more than `most`, which was not counted to its end. @param next  what to do about it */
  static moreThan(name: string, most: string | number, next: string): RequestError {
    const message = `${name}: expected at most ${most}, got more; ${next}`;
    return new RequestError("TOO_LARGE", message, { status: 413 }, { name, expected: most, got: "more" });
  }

  /** 503: not now. */
  static unavailable(message: string, retryAfterSeconds = 1): RequestError {
    return new RequestError("UNAVAILABLE", message, { status: 503, retryAfterSeconds });
  }
}
