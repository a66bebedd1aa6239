import { InputError, NotFoundError } from "@sam2js/core";
import { NANO_GENERATION } from "@sam2js/nano";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Engine } from "../engine/engine.js";
import { Job } from "../engine/jobs.js";
import { toProblem } from "../errors/problem.js";
import { RequestError } from "../errors/request-error.js";
import { sendEvents } from "../http/event-stream.js";
import { cocoAnswer, maskAnswer, pair } from "../http/mask-answers.js";
import { readForm, readPicture } from "../http/read-body.js";
import { problems } from "../schemas/common.js";
import {
  GenerateAnswer,
  GenerateForm,
  type GenerateOptions,
  GenerateRequest,
  JobEvents,
  JobPath,
} from "../schemas/generate.js";
import { pictureBody } from "../schemas/picture-body.js";
import type { RouteGroup, Services } from "../services.js";

/** Progress is told no more often. */
const PROGRESS_MS = 250;

/** Masks of everything in a picture, as a job. */
export const generateRoutes: RouteGroup = (app, services) => {
  const { engines, jobs, limits, queues } = services;
  const jobOf = ({ tenant }: FastifyRequest, id: string): Job => {
    const job = jobs.find(tenant, id);
    if (!job) throw NotFoundError.expected("job", "one that goes on or ended lately", JSON.stringify(id));
    return job;
  };

  app.post(
    "/v1/generate",
    {
      preValidation: readForm,
      schema: {
        tags: ["generate"],
        operationId: "generate",
        summary:
          "Masks of everything in a picture: the result, or with Accept: text/event-stream masks as they are found",
        body: pictureBody(GenerateRequest, GenerateForm, false),
        response: {
          200: {
            description: "the result, or events",
            headers: { location: { type: "string", description: "the job, to resume or cancel it" } },
            content: { "application/json": { schema: GenerateAnswer }, ...JobEvents.content },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { file, fields } = readPicture(request.body);
      if (!file) throw InputError.expected("image", "an image file", "none", "send one");
      const options = fields as GenerateOptions; // as the schemas of both forms say
      const engine = engines.get(options.model);
      queues.jobs.assertRoom(); // an answer with events has no other way to say it
      const job = new Job(request.tenant, limits.maxJobMs);
      jobs.add(job);
      const result = runJob(job, engine, file, options, services, request);
      reply.header("location", `/v1/generate/${job.id}`);
      if (request.headers.accept?.includes("text/event-stream")) {
        result.catch(() => undefined); // told by an event
        return sendEvents(reply, job, 0);
      }
      reply.raw.once("close", () => job.cancel(RequestError.unavailable("the client hung up")));
      return result;
    },
  );

  app.get(
    "/v1/generate/:job",
    {
      schema: {
        tags: ["generate"],
        operationId: "readJob",
        summary: "The events of a job, from the first or after Last-Event-ID",
        params: JobPath,
        response: { 200: JobEvents, ...problems },
      },
    },
    async (request, reply) => {
      const after = Number(request.headers["last-event-id"] ?? 0);
      if (!Number.isSafeInteger(after) || after < 0)
        throw InputError.expected("Last-Event-ID", "the id of an event", JSON.stringify(after));
      return sendEvents(reply, jobOf(request, request.params.job), after);
    },
  );

  app.delete(
    "/v1/generate/:job",
    {
      schema: {
        tags: ["generate"],
        operationId: "cancelJob",
        summary: "Cancels a job",
        params: JobPath,
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      jobOf(request, request.params.job).cancel(RequestError.unavailable("the job was cancelled"));
      return reply.code(204).send(null);
    },
  );
};

/** Does a job and tells of it. @returns  its result */
async function runJob(
  job: Job,
  engine: Engine,
  file: Uint8Array,
  { model: _, output, tolerance, ...options }: GenerateOptions,
  { runtime }: Services,
  request: FastifyRequest,
) {
  const form = { output: output === "coco" ? "rle" : output, tolerance } as const;
  let toldMs = 0;
  try {
    const usual = engine.name === "nano" ? NANO_GENERATION : {};
    const masks = await engine.generate(
      file,
      {
        ...usual,
        ...options,
        signal: job.signal,
        onProgress: ({ done, total }) => {
          if (performance.now() - toldMs < PROGRESS_MS) return;
          toldMs = performance.now();
          job.add("progress", { done, total });
        },
      },
      async (mask) => job.add("found", await maskAnswer(mask, form, runtime)),
    );
    const size = pair(masks.size);
    const answers = await Promise.all(masks.found.map((mask) => maskAnswer(mask, form, runtime)));
    const result = {
      job: job.id,
      model: engine.name,
      size,
      masks: answers,
      ...(output === "coco" && { coco: cocoAnswer(masks.found, size) }),
    };
    job.add("done", result);
    return result;
  } catch (error) {
    const { problem, isOurs } = toProblem(error, request.id);
    if (isOurs) request.log.error({ err: error }, "failed");
    job.add("problem", problem);
    throw error;
  } finally {
    job.end();
  }
}
