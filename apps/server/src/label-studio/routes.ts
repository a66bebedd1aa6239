import { Type } from "typebox";
import { RequestError } from "../errors/request-error.js";
import { workSignal } from "../http/work-signal.js";
import { problems } from "../schemas/common.js";
import type { RouteGroup } from "../services.js";
import { parseLabelConfig } from "./config/label-config.js";
import { Connections } from "./connections.js";
import type { Job } from "./job.js";
import { Media } from "./media/media.js";
import { preAnnotate } from "./pre-annotate.js";
import { predictContext } from "./predict-context.js";
import { readProjectOptions } from "./project-options.js";
import type { Region } from "./regions/region.js";
import type { WrittenRegion } from "./regions/write-regions.js";
import { PredictAnswer, PredictRequest, SetupRequest, type Task } from "./schemas.js";

/** After this share of an answer's time no further task is begun. */
const LAST_START = 0.7;

/**
 * The routes that Label Studio asks of a machine learning backend. It calls `/health` too.
 *
 * @see label_studio/ml/api_connector.py of Label Studio 1.23.2
 */
export const labelStudioRoutes: RouteGroup = (app, services) => {
  const { labelStudio, engines, limits } = services;
  if (!labelStudio) return;
  const connections = new Connections(labelStudio);
  const media = new Media(labelStudio);
  const tags = ["label studio"];

  app.post(
    "/setup",
    {
      schema: {
        tags,
        summary: "Label Studio tells of a project",
        body: SetupRequest,
        response: { 200: Type.Object({ model_version: Type.String() }), ...problems },
      },
    },
    async ({ body, tenant }) => {
      const { project, schema, hostname, access_token: token, extra_params: extraParams } = body;
      if (schema) parseLabelConfig(schema);
      const options = readProjectOptions(extraParams);
      const { name } = engines.get(options.model);
      const sent = { hostname: hostname ?? undefined, token: token ?? undefined, options };
      connections.setUp(tenant, project, sent);
      return { model_version: name };
    },
  );

  app.get(
    "/versions",
    {
      schema: {
        tags,
        summary: "The models, as versions",
        response: { 200: Type.Object({ versions: Type.Array(Type.String()) }), ...problems },
      },
    },
    async () => ({ versions: engines.all.map(({ name }) => name) }),
  );

  app.post(
    "/webhook",
    {
      schema: {
        tags,
        summary: "Label Studio tells of annotations; nothing is learnt from them",
        body: Type.Object({ action: Type.Optional(Type.String()) }, { additionalProperties: true }),
        response: { 201: Type.Object({}), ...problems },
      },
    },
    async (_, reply) => reply.code(201).send({}),
  );

  app.post(
    "/predict",
    {
      schema: {
        tags,
        summary: "Regions of what a user points at (with a context), or of everything in each task",
        body: PredictRequest,
        response: { 200: PredictAnswer, ...problems },
      },
    },
    async (request, reply) => {
      const { tasks, project, label_config: xml, params } = request.body;
      const connection = connections.get(request.tenant, project ?? "");
      const job: Job = {
        services,
        engine: engines.get(connection.options.model),
        media,
        connection,
        config: parseLabelConfig(xml),
        tenant: request.tenant,
        signal: workSignal(reply, limits.maxRequestMs),
      };
      const [task] = tasks;
      const drawn = params?.context;
      if (task && drawn) {
        return { results: [predictionOf(job, await predictContext(job, task, drawn.result ?? []))] };
      }
      return {
        results: await preAnnotateAll(job, tasks, (error) => request.log.warn({ err: error }, "task")),
      };
    },
  );
};

/** One after the other, as the engine uses all cores. Where the time is over or a task fails, or nothing is known of it, its answer is an empty list: Label Studio asks again. */
async function preAnnotateAll(job: Job, tasks: readonly Task[], onFailed: (error: unknown) => void) {
  const until = performance.now() + LAST_START * job.services.limits.maxRequestMs;
  const answers: (ReturnType<typeof predictionOf> | [])[] = [];
  const failures: unknown[] = [];
  for (const task of tasks) {
    try {
      if (performance.now() > until && answers.length > 0) throw outOfTime(task);
      const regions = await preAnnotate(job, task);
      answers.push(regions ? predictionOf(job, regions) : []);
    } catch (error) {
      job.signal.throwIfAborted();
      onFailed(error);
      failures.push(error);
      answers.push([]);
    }
  }
  if (failures.length === tasks.length) throw failures[0];
  return answers;
}

function outOfTime({ id }: Task): RequestError {
  return RequestError.unavailable(`task ${id}: no time was left for it; ask again, with fewer tasks`);
}

function predictionOf({ engine }: Job, result: readonly (WrittenRegion | Region)[]) {
  const scores = result.flatMap((region) => ("score" in region ? region.score : []));
  const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
  return { result: [...result], score: mean, model_version: engine.name };
}
