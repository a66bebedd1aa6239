import { resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import { Throughput } from "../metrics/throughput.js";
import type { RouteGroup } from "../services.js";
import { startPage } from "./page.js";

/** The page needs nothing but its own styles. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** What WebAssembly threads of the web app need. */
const APP_HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** The page at `/`, and the web app at `/app/` where there is one. */
export const startPageRoutes: RouteGroup = async (app, services) => {
  const { engines, metrics, queues, webApp, isDraining } = services;
  const { requests, encodes, masks } = metrics;
  const throughput = new Throughput({ requests, encodes, masks });
  app.addHook("onClose", async () => throughput.stop());

  app.get("/", { schema: { hide: true } }, async (request, reply) => {
    // Who does not ask for a page looks whether somebody is there: Label Studio does so.
    if (!request.headers.accept?.includes("text/html")) return { status: "UP", model_class: "sam2js" };
    reply.headers({ "content-security-policy": PAGE_POLICY, "cache-control": "no-store" });
    return reply.type("text/html; charset=utf-8").send(
      startPage({
        state: isDraining() ? "stopping" : engines.areReady ? "ready" : "loading",
        upSeconds: process.uptime(),
        models: engines.all.map(({ name, loaded: { model }, memory }) => ({
          name,
          imageSize: model.config.imageSize,
          ...memory,
        })),
        throughput: await throughput.read(),
        queues,
        residentBytes: process.memoryUsage.rss(),
        links: [
          ...(webApp ? [["app/", "web app", "click on pictures in this browser"] as const] : []),
          ["docs", "documentation", "every endpoint, to read and to try"],
          ["openapi.json", "openapi.json", "the same for programs"],
          ["metrics", "metrics", "for Prometheus"],
        ],
      }),
    );
  });

  if (webApp) {
    await app.register(fastifyStatic, {
      root: resolve(webApp),
      prefix: "/app/",
      decorateReply: false,
      redirect: true,
      setHeaders: (reply) => void reply.headers(APP_HEADERS),
    });
  }
};
