import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import type { FastifyError } from "fastify";
import { RequestError } from "./request-error.js";

/** An error as `application/problem+json` (RFC 9457), with the codes of sam2js. */
export interface Problem {
  readonly type: "about:blank";
  /** What the status means. */
  readonly title: string;
  /** Status of HTTP. */
  readonly status: number;
  /** What was expected, what came, and what to do. */
  readonly detail: string;
  /** For programs: one of `Sam2ErrorCode`. */
  readonly code: Sam2ErrorCode;
  /** Id of the request, as it stands in the logs. */
  readonly instance: string;
}

/** A problem and what its answer says beside it. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds: number | undefined;
  /** Whether it is a mistake of ours, which logs should show with its stack. */
  readonly isOurs: boolean;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** Which status an error of sam2js has; those of the server's own operation are 500. */
const STATUS: Partial<Record<Sam2ErrorCode, number>> = {
  INVALID_INPUT: 422,
  SHAPE_MISMATCH: 422,
  INVALID_PROMPT: 422,
  NO_OBJECTS: 422,
  UNKNOWN_OBJECT: 422,
  NO_CONDITIONING_FRAME: 422,
  FRAME_OUT_OF_RANGE: 422,
  MEMORY_EVICTED: 422,
  INVALID_VIDEO: 422,
  VIDEO_STALLED: 422,
  UNSUPPORTED_CODEC: 422,
  INVALID_IMAGE: 422,
  UNSUPPORTED: 422,
  NOT_FOUND: 404,
  STORE_FULL: 507,
  DEVICE_LOST: 503,
  OUT_OF_MEMORY: 503,
  DISPOSED: 503,
};

/** What the answer to a failed request is. @param instance  id of the request */
export function toProblem(error: unknown, instance: string): ProblemAnswer {
  if (RequestError.isInstance(error)) {
    const { status, code, message, retryAfterSeconds } = error;
    return answer(status, code, message, instance, retryAfterSeconds);
  }
  if (Sam2Error.isInstance(error)) {
    const status = STATUS[error.code] ?? 500;
    return answer(status, error.code, error.message, instance, status === 503 ? 1 : undefined);
  }
  const { statusCode = 500, validation, message, code } = (error ?? {}) as Partial<FastifyError>;
  if (validation) {
    const detail = `${message}; /openapi.json says what each request takes`;
    return answer(422, "INVALID_INPUT", detail, instance);
  }
  if (statusCode === 413)
    return answer(
      413,
      "TOO_LARGE",
      `${message}; send less, or start the server with larger limits`,
      instance,
    );
  if (statusCode >= 400 && statusCode < 500 && code?.startsWith("FST_"))
    return answer(statusCode, "INVALID_INPUT", `${message}`, instance);
  return answer(500, "UNEXPECTED", "the server made a mistake; its logs say more under this id", instance);
}

function answer(
  status: number,
  code: Sam2ErrorCode,
  detail: string,
  instance: string,
  retryAfterSeconds?: number,
): ProblemAnswer {
  const title = TITLES[status] ?? "Error";
  return {
    problem: { type: "about:blank", title, status, detail, code, instance },
    retryAfterSeconds,
    isOurs: status === 500,
  };
}
