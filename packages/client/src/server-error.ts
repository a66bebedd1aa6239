import { type ErrorFacts, Sam2Error, type Sam2ErrorCode } from "@sam2js/core";

/** A request that failed: the server refused it, or cannot be reached. */
export class ServerError extends Sam2Error {
  static override readonly symbolName: string = "ServerError";
  /** Status of HTTP; undefined where there was no answer. */
  readonly status: number | undefined;
  /** When the server wants to be asked again, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** Id of the request, as in the server's logs. */
  readonly requestId: string | undefined;

  constructor(
    code: Sam2ErrorCode,
    message: string,
    facts: ErrorFacts & {
      readonly status?: number | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly requestId?: string | undefined;
    } = {},
  ) {
    super(code, message, facts);
    this.status = facts.status;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.requestId = facts.requestId;
  }

  /** The error that an answer of `application/problem+json` tells of. */
  static async fromResponse(response: Response): Promise<ServerError> {
    const problem: unknown = await response.json().catch(() => undefined); // a proxy may answer with anything
    const after = Number(response.headers.get("retry-after") ?? Number.NaN);
    return ServerError.fromProblem(problem, response.status, Number.isFinite(after) ? after : undefined);
  }

  /** @internal */
  static fromProblem(problem: unknown, status?: number, retryAfterSeconds?: number): ServerError {
    const { detail, code, instance, status: told } = Object(problem) as Record<string, unknown>;
    return new ServerError(
      (typeof code === "string" ? code : "UNEXPECTED") as Sam2ErrorCode,
      typeof detail === "string" ? detail : `the server answered ${status}`,
      {
        status: typeof told === "number" ? told : status,
        retryAfterSeconds,
        requestId: typeof instance === "string" ? instance : undefined,
      },
    );
  }
}
