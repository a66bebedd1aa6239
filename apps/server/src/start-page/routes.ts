import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply } from "fastify";
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

/** Tells the app that a server is there, and where: seen from `/app/`. */
const SERVER_META = '<meta name="sam2js-server" content="../" />';

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
    const page = join(resolve(webApp), "index.html");
    const sendPage = async (_: unknown, reply: FastifyReply) => {
      const html = (await readFile(page, "utf8")).replace("<head>", `<head>\n    ${SERVER_META}`);
      return reply
        .headers({ ...APP_HEADERS, "cache-control": "no-cache" })
        .type("text/html; charset=utf-8")
        .send(html);
    };
    for (const path of ["/app/", "/app/index.html"]) app.get(path, { schema: { hide: true } }, sendPage);
    await app.register(fastifyStatic, {
      root: resolve(webApp),
      prefix: "/app/",
      decorateReply: false,
      index: false,
      allowedPath: (path) => path !== "/index.html",
      redirect: true,
      setHeaders: (reply) => void reply.headers(APP_HEADERS),
    });
  }
};
