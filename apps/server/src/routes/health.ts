import { Type } from "typebox";
import { RequestError } from "../errors/request-error.js";
import { problems } from "../schemas/common.js";
import type { RouteGroup } from "../services.js";

const State = Type.Object({
  status: Type.String(),
  model_class: Type.Optional(Type.String({ description: "of interest to Label Studio" })),
});

/** Whether the server lives, whether it takes work, and what it counted. */
export const healthRoutes: RouteGroup = (app, { engines, metrics, isDraining }) => {
  app.get(
    "/health",
    {
      schema: {
        tags: ["state"],
        operationId: "health",
        summary: "Whether the process lives",
        response: { 200: State },
      },
    },
    async (_, reply) => {
      // Pages that may ask nothing else find out that somebody is there, and tell their users what to do.
      reply.header("cross-origin-resource-policy", "cross-origin");
      return { status: "UP", model_class: "sam2js" };
    },
  );
  app.get(
    "/ready",
    {
      schema: {
        tags: ["state"],
        operationId: "ready",
        summary: "Whether it takes work: models are loaded, and it is not about to stop",
        response: { 200: State, ...problems },
      },
    },
    async () => {
      if (isDraining()) throw RequestError.unavailable("the server is about to stop");
      if (!engines.areReady) throw RequestError.unavailable("models are being loaded");
      return { status: "READY" };
    },
  );
  app.get(
    "/metrics",
    {
      schema: {
        tags: ["state"],
        operationId: "metrics",
        summary: "Counters for Prometheus",
        produces: ["text/plain"],
      },
    },
    async (_, reply) => {
      reply.type(metrics.registry.contentType);
      return metrics.registry.metrics();
    },
  );
};
