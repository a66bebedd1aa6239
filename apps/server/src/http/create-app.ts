import { randomUUID } from "node:crypto";
import Fastify, { type FastifyServerOptions } from "fastify";
import { toProblem } from "../errors/problem.js";
import { RequestError } from "../errors/request-error.js";
import type { ServerLimits } from "../limits.js";
import type { ServerApp } from "../services.js";

/** Fastify with our ways of reading, checking and failing, and no routes. */
export function createApp(logger: FastifyServerOptions["logger"], limits: ServerLimits): ServerApp {
  const app = Fastify({
    logger: logger ?? true,
    bodyLimit: limits.maxBodyBytes,
    // A body that trickles in for ever holds memory: it has as long as an answer has.
    requestTimeout: limits.maxRequestMs,
    // Once work under way has ended: clients that keep their connections would keep the process.
    forceCloseConnections: true,
    genReqId: ({ headers }) => {
      const given = headers["x-request-id"];
      return typeof given === "string" && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    frameworkErrors: (error, request, reply) => {
      const { problem } = toProblem(error, request.id);
      reply.raw.writeHead(problem.status, { "content-type": "application/problem+json" });
      reply.raw.end(JSON.stringify(problem));
    },
  }) as unknown as ServerApp;
  // JSON as it is: the schemas of answers are for the documentation, and tests hold answers against them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.removeContentTypeParser("text/plain");
  for (const type of ["application/octet-stream", /^image\/[\w.+-]+$/]) {
    app.addContentTypeParser(type, { parseAs: "buffer" }, async (_: unknown, body: Buffer) => body);
  }
  app.setErrorHandler((error, request, reply) => {
    const { problem, retryAfterSeconds, isOurs } = toProblem(error, request.id);
    if (isOurs) request.log.error({ err: error }, "failed");
    else request.log.info({ code: problem.code, detail: problem.detail }, "refused");
    if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
    if (problem.status === 401) reply.header("www-authenticate", 'Basic realm="sam2js", charset="UTF-8"');
    return reply.code(problem.status).type("application/problem+json").send(problem);
  });
  app.setNotFoundHandler((request) => {
    const { method, url } = request;
    throw new RequestError("NOT_FOUND", `${method} ${url.split("?")[0]}: there is no such route; see /docs`, {
      status: 404,
    });
  });
  return app;
}
