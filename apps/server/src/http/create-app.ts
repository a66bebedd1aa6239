import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import Fastify, { type FastifyServerOptions } from "fastify";
import { toProblem } from "../errors/problem.js";
import { RequestError } from "../errors/request-error.js";
import type { ServerLimits } from "../limits.js";
import type { ServerApp } from "../services.js";
import { AllowedMethods } from "./allowed-methods.js";

/** Fastify with our ways of reading, checking and failing, and no routes. */
export function createApp(logger: FastifyServerOptions["logger"], limits: ServerLimits): ServerApp {
  const app = Fastify({
    logger: logger ?? true,
    routerOptions: { maxParamLength: 2048 }, // longer than any schema allows, so that those say what is wrong
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
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      const { problem } = toProblem(error, request.id);
      const body = JSON.stringify(problem);
      const head = { "content-type": "application/problem+json", "content-length": Buffer.byteLength(body) };
      reply.raw.writeHead(problem.status, head).end(body);
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
  const allowed = new AllowedMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request;
    const methods = allowed.of(url.split("?")[0] ?? "");
    if (methods.length > 0 && !methods.includes(method)) {
      reply.header("allow", methods.join(", "));
      const message = `${method} ${url.split("?")[0]}: expected ${methods.join(" or ")}, got ${method}`;
      throw new RequestError("INVALID_INPUT", message, { status: 405 }, { expected: methods, got: method });
    }
    throw new RequestError("NOT_FOUND", `${method} ${url.split("?")[0]}: there is no such route; see /docs`, {
      status: 404,
    });
  });
  return app;
}

/** Bytes that are no HTTP, or too much of it: there is no request yet that could be answered. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ""] ?? 400;
  const refusal = new RequestError("INVALID_INPUT", `request: expected HTTP/1.1, got ${error.message}`, {
    status,
  });
  const { problem } = toProblem(refusal, randomUUID());
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${status} ${problem.title}\r\nConnection: close\r\nContent-Type: application/problem+json`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
