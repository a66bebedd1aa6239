import { assert, NotFoundError } from "@sam2js/core";
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";
import type { Engine } from "../../engine/engine.js";
import { fromBase64 } from "../../http/read-body.js";
import { workSignal } from "../../http/work-signal.js";
import { Base64, problems } from "../../schemas/common.js";
import type { RouteGroup } from "../../services.js";
import { cvatPrompts, toObjectPrompt } from "../prompts.js";
import { maskJson } from "./mask-json.js";

const Invocation = Type.Object({ image: Base64, ...cvatPrompts });

const FunctionDescription = Type.Object(
  {
    metadata: Type.Object({ name: Type.String(), annotations: Type.Record(Type.String(), Type.String()) }),
    spec: Type.Object({ description: Type.String() }),
    status: Type.Object({ state: Type.String(), httpPort: Type.Integer() }),
  },
  { description: "what CVAT reads of a function of Nuclio" },
);

const MaskAnswer = Type.Object({
  mask: Type.Array(Type.Array(Type.Integer()), {
    description: "rows of the picture's size, 1 inside, 0 outside",
  }),
});

/**
 * The part of Nuclio's dashboard that CVAT uses, so that CVAT finds an interactor for each model here.
 *
 * @see `LambdaGateway` and `LambdaFunction` in `cvat/apps/lambda_manager/views.py` of CVAT
 */
export const nuclioRoutes: RouteGroup = (app, services) => {
  const { engines, limits } = services;
  const port = () => {
    const address = app.server.address();
    return typeof address === "object" && address ? address.port : 0;
  };
  const find = (name: string) => {
    const engine = engines.all.find((each) => functionName(each) === name);
    if (engine) return engine;
    const known = engines.all.map(functionName).join(" or ") || "a model that is loaded";
    throw NotFoundError.expected("function", known, JSON.stringify(name), "see GET /api/functions");
  };
  const answer = async (reply: FastifyReply, body: Static<typeof Invocation>, engine: Engine) => {
    const prompt = toObjectPrompt(body, limits.maxPoints);
    const signal = workSignal(reply, limits.maxRequestMs);
    await using picture = await engine.encode(fromBase64(body.image), signal);
    const [found] = await engine.segment(picture, [prompt], { signal });
    assert(found, "an object has a mask");
    return reply.type("application/json").send(maskJson(found.mask));
  };

  const tags = ["cvat"];
  app.get(
    "/api/functions",
    {
      schema: {
        tags,
        summary: "The models as functions of Nuclio, by name, for CVAT",
        response: { 200: Type.Record(Type.String(), FunctionDescription), ...problems },
      },
    },
    async () =>
      Object.fromEntries(engines.all.map((engine) => [functionName(engine), describe(engine, port())])),
  );
  app.get(
    "/api/functions/:name",
    {
      schema: {
        tags,
        summary: "One of them",
        params: Type.Object({ name: Type.String({ maxLength: 512 }) }),
        response: { 200: FunctionDescription, ...problems },
      },
    },
    async ({ params }) => describe(find(params.name), port()),
  );
  app.post(
    "/api/function_invocations",
    {
      schema: {
        tags,
        summary: "The mask of an object, as CVAT asks Nuclio for it",
        headers: Type.Object({ "x-nuclio-function-name": Type.String({ maxLength: 512 }) }),
        body: Invocation,
        response: { 200: MaskAnswer, ...problems },
      },
    },
    async ({ headers, body }, reply) => answer(reply, body, find(headers["x-nuclio-function-name"])),
  );
  app.post(
    "/",
    {
      schema: {
        tags,
        summary: "The same of the first model, as CVAT asks a function's own port",
        body: Invocation,
        response: { 200: MaskAnswer, ...problems },
      },
    },
    async ({ body }, reply) => answer(reply, body, engines.get()),
  );
};

/** A model's name in the letters that CVAT's addresses take. */
function functionName({ name }: Engine): string {
  return `sam2js-${name.replaceAll(/[^\w.-]+/g, "-")}`;
}

function describe(engine: Engine, httpPort: number): Static<typeof FunctionDescription> {
  return {
    metadata: {
      name: functionName(engine),
      annotations: {
        name: `SAM 2 (${engine.name})`,
        type: "interactor",
        spec: "",
        version: "2", // CVAT warns of functions below
        min_pos_points: "0",
        min_neg_points: "0",
        startswith_box_optional: "true",
        help_message: "Points inside and outside of an object, or a box around it, give its mask.",
      },
    },
    spec: { description: "Interactive segmentation with Segment Anything 2, by sam2js" },
    status: { state: "ready", httpPort },
  };
}
