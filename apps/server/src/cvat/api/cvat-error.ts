import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";

const CODES: Readonly<Record<number, Sam2ErrorCode>> = {
  401: "ACCESS_DENIED",
  403: "ACCESS_DENIED",
  404: "NOT_FOUND",
  429: "RATE_LIMITED",
};

/** A request to CVAT that failed, or was answered with something else than success. */
export class CvatError extends Sam2Error {
  static override readonly symbolName: string = "CvatError";
  /** Status of HTTP; undefined where no answer came. */
  readonly status: number | undefined;
  /** When CVAT wants to be asked again, in ms from now; undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, answer: Pick<Response, "status" | "headers"> | undefined, cause?: unknown) {
    super(CODES[answer?.status ?? 0] ?? "DOWNLOAD_FAILED", message, { cause, status: answer?.status });
    this.status = answer?.status;
    this.retryAfterMs = answer && retryAfterMs(answer.headers.get("retry-after"));
  }

  /** Whether the same request may succeed later: no answer came, CVAT has trouble itself, or it asks for a pause. */
  get isTemporary(): boolean {
    const { status = 500 } = this;
    return status === 429 || status >= 500;
  }
}

/** `Retry-After`: seconds, or a date. */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
