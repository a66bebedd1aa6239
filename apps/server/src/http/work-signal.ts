import type { FastifyReply } from "fastify";
import { RequestError } from "../errors/request-error.js";

/**
 * A signal for the work of one request: aborts when the client hangs up, or the time for an answer is over.
 *
 * @param maxMs  in ms
 */
export function workSignal({ raw }: FastifyReply, maxMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(
    () =>
      controller.abort(RequestError.unavailable(`no answer within ${maxMs / 1000} s; try again later`, 5)),
    maxMs,
  );
  raw.once("close", () => {
    clearTimeout(timer);
    controller.abort(RequestError.unavailable("the client hung up"));
  });
  return controller.signal;
}
