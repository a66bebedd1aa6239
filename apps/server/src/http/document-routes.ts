import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { ServerApp } from "../services.js";

/** `/openapi.json` from the schemas that check requests, and `/docs` to read and try it. Before the routes are added. */
export async function documentRoutes(app: ServerApp): Promise<void> {
  await app.register(swagger, {
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
