import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { ServerApp } from "../services.js";

/** `/openapi.json` from the schemas that check requests, and `/docs` to read and try it. Before the routes are added. */
export async function documentRoutes(app: ServerApp): Promise<void> {
  await app.register(swagger, {
    transformObject: (document) => ("openapiObject" in document ? withTuples(document.openapiObject) : {}),
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "sam2js server",
        description:
          "Segment Anything 2: encode a picture once, then ask for masks. Errors are application/problem+json.",
        version: "1",
      },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer" },
          basic: { type: "http", scheme: "basic", description: "the token as password, with any user name" },
        },
      },
      security: [{ bearer: [] }, { basic: [] }, {}],
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}

/**
 * Tuples as arrays of a length, which every reader of OpenAPI understands; the validator knows the older form with a list of schemas. All tuples of ours have
 * items of one kind.
 */
function withTuples<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withTuples) as T;
  if (typeof value !== "object" || value === null) return value;
  const { additionalItems: _, ...rest } = value as Record<string, unknown>;
  const { items } = rest;
  if (Array.isArray(items)) Object.assign(rest, { items: items[0], maxItems: items.length });
  return Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, withTuples(each)])) as T;
}
