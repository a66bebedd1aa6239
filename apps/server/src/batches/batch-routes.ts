import { Readable } from "node:stream";
import { NotFoundError } from "@sam2js/core";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { sendEvents } from "../http/event-stream.js";
import { workSignal } from "../http/work-signal.js";
import { FileBytes, problems } from "../schemas/common.js";
import type { RouteGroup } from "../services.js";
import type { BatchRun } from "./batch-run.js";
import { BatchAnswer, BatchEvents, BatchFileQuery, BatchPath, batchRequest } from "./batch-schemas.js";
import type { Batches } from "./batches.js";

const tags = ["batches"];
const TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  jsonl: "application/jsonl",
  png: "image/png",
  tar: "application/x-tar",
};

/** Very many pictures, or whole videos, done by the workers of a queue. */
export const batchRoutes: RouteGroup = (app, services) => {
  const { limits, engines } = services;
  const batches = (): Batches => {
    if (services.batches) return services.batches;
    const next = "start sam2 serve with --queue, --batches and --batch-source";
    throw NotFoundError.expected("batches", "a server with a queue of workers", "one without", next);
  };
  const runOf = ({ tenant }: FastifyRequest, id: string): Promise<BatchRun> => batches().find(tenant, id);

  app.post(
    "/v1/batches",
    {
      schema: {
        tags,
        operationId: "startBatch",
        summary:
          "Lets workers do very many pictures or videos; with Accept: text/event-stream their progress",
        body: batchRequest(limits),
        response: {
          200: BatchEvents,
          202: {
            description: "its state",
            headers: { location: { type: "string", description: "the batch" } },
            content: { "application/json": { schema: BatchAnswer } },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const signal = workSignal(reply, limits.maxRequestMs);
      const model = engines.choice(request.body.model);
      const run = await batches().start(request.tenant, request.body, model, signal);
      reply.header("location", `/v1/batches/${run.job.id}`);
      if (request.headers.accept?.includes("text/event-stream"))
        return sendEvents(reply, run.job, 0, run.epoch);
      return reply.code(202).send(run.state);
    },
  );

  app.get(
    "/v1/batches/:batch",
    {
      schema: {
        tags,
        operationId: "readBatch",
        summary: "The state of a batch",
        params: BatchPath,
        response: { 200: BatchAnswer, ...problems },
      },
    },
    async (request) => (await runOf(request, request.params.batch)).state,
  );

  app.get(
    "/v1/batches/:batch/events",
    {
      schema: {
        tags,
        operationId: "readBatchEvents",
        summary: "The events of a batch, from the first or after Last-Event-ID",
        params: BatchPath,
        response: { 200: BatchEvents, ...problems },
      },
    },
    async (request, reply) => {
      const run = await runOf(request, request.params.batch);
      const [epoch, number] = String(request.headers["last-event-id"] ?? "").split(".");
      const known = Number(number);
      // Ids of an earlier process of the server are unknown to this one: it tells all again.
      const after = epoch === run.epoch && Number.isSafeInteger(known) && known > 0 ? known : 0;
      return sendEvents(reply, run.job, after, run.epoch);
    },
  );

  app.get(
    "/v1/batches/:batch/file",
    {
      schema: {
        tags,
        operationId: "readBatchFile",
        summary: "A file of a batch's results",
        params: BatchPath,
        querystring: BatchFileQuery,
        response: {
          200: {
            description: "its bytes",
            content: { "application/octet-stream": { schema: FileBytes } },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { store } = await runOf(request, request.params.batch);
      const { name } = request.query;
      const isInside = !name.split("/").some((part) => part === "" || part.startsWith("."));
      if (!isInside || !(await store.has(name))) {
        throw NotFoundError.expected(name, "a file of this batch", "none", "its state names the joined ones");
      }
      const ending = name.slice(name.lastIndexOf(".") + 1);
      return reply.type(TYPES[ending] ?? "application/octet-stream").send(Readable.from(store.read(name)));
    },
  );

  app.delete(
    "/v1/batches/:batch",
    {
      schema: {
        tags,
        operationId: "cancelBatch",
        summary: "Cancels a batch; what is done of it stays",
        params: BatchPath,
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      await batches().cancel(await runOf(request, request.params.batch));
      return reply.code(204).send(null);
    },
  );
};
