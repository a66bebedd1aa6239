import cors from "@fastify/cors";
import multipart from "@fastify/multipart";
import websocket from "@fastify/websocket";
import { checkList, checkOptions, checkText, checkTexts, describeValue, InputError } from "@sam2js/core";
import { EmbeddingFolder, type EmbeddingFolderOptions } from "@sam2js/embedding-store";
import type { Precision } from "@sam2js/embeddings";
import { createNodeRuntime, type NodeRuntimeOptions } from "@sam2js/runtime-node";
import type { FastifyServerOptions } from "fastify";
import { addGuards } from "./access/guards.js";
import { isLoopback } from "./access/origins.js";
import { Tenants } from "./access/tenants.js";
import { Batches } from "./batches/batches.js";
import type { BatchesOptions } from "./batches/batches-options.js";
import { Engines } from "./engine/engines.js";
import { Grants } from "./engine/grants.js";
import { Jobs } from "./engine/jobs.js";
import type { ModelChoice } from "./engine/load-model.js";
import { createQueues, type WorkQueue } from "./engine/work-queue.js";
import { createApp } from "./http/create-app.js";
import { documentRoutes } from "./http/document-routes.js";
import { FORM_LIMITS } from "./http/read-body.js";
import { type LabelStudioOptions, settleLabelStudio } from "./label-studio/label-studio-options.js";
import { DEFAULT_LIMITS, type ServerLimits } from "./limits.js";
import { Metrics } from "./metrics/metrics.js";
import { ROUTE_GROUPS } from "./routes/index.js";
import type { ServerApp, Services } from "./services.js";
import type { OpenVideo } from "./videos/open-frames.js";
import { VideoSessions } from "./videos/video-sessions.js";

/** How a server is made. */
export interface ServerOptions extends Partial<ServerLimits> {
  /** The models, the default first. Default: nano, which lies in its package. */
  readonly models?: readonly (string | ModelChoice)[] | undefined;
  /** Address to listen on. Default `"127.0.0.1"`: this machine only. Others need a token. */
  readonly host?: string | undefined;
  /** Default 8000; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Who may ask: a token for each tenant, 16 characters or more. Default none: everybody on this machine. */
  readonly tokens?: readonly string[] | undefined;
  /** Origins of pages elsewhere that may ask, such as `"https://labels.example.org"`. Default none. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Folder that keeps embeddings beyond the process, as `sam2 encode` fills one. Default: memory only. */
  readonly embeddings?: string | undefined;
  /** How much that folder keeps. Default: all. */
  readonly keep?: EmbeddingFolderOptions | undefined;
  /** How exactly embeddings are kept there. Default `"f16"`: half the bytes, and the README has how little masks change. */
  readonly precision?: Precision | undefined;
  /** Label Studio, whose machine learning backend this server is then. Default: it is none. */
  readonly labelStudio?: LabelStudioOptions | undefined;
  /** Workers of a queue, which do batches and long videos. Default: none. */
  readonly batches?: BatchesOptions | undefined;
  /** Folder of the built web app, which is served at `/app/` then. Default: none. */
  readonly webApp?: string | undefined;
  /** Opens video files that are sent, such as the command line does. Default: frames are taken as pictures alone. */
  readonly openVideo?: OpenVideo | undefined;
  /** Where models run: device, threads. */
  readonly runtime?: NodeRuntimeOptions | undefined;
  /** Structured logs, as pino's options; `false` is silent. Default: one line of JSON a request, on stdout. */
  readonly logger?: FastifyServerOptions["logger"];
}

/** A server that was made; `listen` starts it. */
export interface Server {
  /** Fastify itself, for tests and for routes of one's own. */
  readonly app: ServerApp;
  /** What the routes work with. */
  readonly services: Services;
  /** Listens. Models go on loading; `/ready` says when they are there. @returns  the address, `http://127.0.0.1:8000` */
  listen(): Promise<string>;
  /** Takes nothing new, lets work under way end (at most `drainMs`), and stops. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const OPTIONS = [
  ...Object.keys(DEFAULT_LIMITS),
  "models",
  "host",
  "port",
  "tokens",
  "allowOrigins",
  "embeddings",
  "keep",
  "precision",
  "labelStudio",
  "openVideo",
  "batches",
  "webApp",
  "runtime",
  "logger",
];

const MOST_PORT = 65_535;

/**
 * Makes a server: loads models, answers over HTTP.
 *
 * @throws {InputError} an unknown option, a weak token, an address that others reach without a token
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  checkOptions(options, OPTIONS, "createServer");
  const {
    models = ["nano"],
    host = "127.0.0.1",
    port = 8000,
    allowOrigins = [],
    precision = "f16",
  } = options;
  if (!Number.isSafeInteger(port) || port < 0 || port > MOST_PORT) {
    throw InputError.expected("port", `a whole number from 0 to ${MOST_PORT}`, describeValue(port));
  }
  checkList(models, "models", "a list of models, each a name or { name, … }");
  if (options.webApp !== undefined) checkText(options.webApp, "webApp", "the folder of the built web app");
  checkText(host, "host", "an address such as 127.0.0.1");
  checkTexts(allowOrigins, "allowOrigins", "a list of origins such as https://labels.example.org");
  const limits = settleLimits(options);
  const tenants = new Tenants(options.tokens ?? []);
  if (!tenants.areKnown && !isLoopback(host)) {
    throw InputError.expected("host", "127.0.0.1 where there is no token", host, "give a token: --token");
  }
  const store = options.embeddings ? await EmbeddingFolder.open(options.embeddings, options.keep) : undefined;
  let isDraining = false;
  const batches = options.batches && (await Batches.open(options.batches, limits, () => isDraining));
  const runtime = createNodeRuntime(options.runtime);
  const metrics = new Metrics();
  const queues = createQueues(limits);
  const choices = models.map((model) => (typeof model === "string" ? { name: model } : model));
  const engines = new Engines(choices, { runtime, limits, metrics, store, precision, ...queues });
  const services: Services = {
    runtime,
    engines,
    queues,
    batches,
    videos: new VideoSessions(limits.maxVideos, limits.videoIdleMs),
    openVideo: options.openVideo,
    webApp: options.webApp,
    jobs: new Jobs(limits.maxKeptJobs),
    limits,
    metrics,
    tenants,
    grants: new Grants(tenants.areSeveral, limits.maxIds),
    labelStudio: options.labelStudio && settleLabelStudio(options.labelStudio),
    isDraining: () => isDraining,
  };
  measure(services);

  const app = createApp(options.logger ?? true, limits);
  // Before the guards: it hangs up on sockets that they refuse.
  await app.register(websocket, { options: { maxPayload: MAX_MESSAGE_BYTES } });
  // Also before them: pages that may ask have to be able to read why they are refused.
  await app.register(cors, { origin: [...allowOrigins], exposedHeaders: EXPOSED });
  addGuards(app, services, allowOrigins);
  let open = 0;
  app.addHook("onRequest", async ({ ws }, { raw }) => {
    if (ws) return; // a socket may stay open for ever; its work is in the queues
    open += 1;
    raw.once("close", () => {
      open -= 1;
    });
  });
  await app.register(multipart, {
    limits: { ...FORM_LIMITS, fileSize: limits.maxBodyBytes, fieldSize: 2 ** 20 },
  });
  await documentRoutes(app);
  for (const group of ROUTE_GROUPS) await app.register(async (scope) => group(scope as ServerApp, services));
  await app.ready();

  let closing: Promise<void> | undefined;
  const close = async () => {
    isDraining = true;
    await batches?.dispose();
    const isBusy = () => Object.values(queues).some(({ running, waiting }) => running + waiting > 0);
    await waitUntil(() => open === 0 && !isBusy(), limits.drainMs);
    services.jobs.dispose();
    await services.videos.dispose();
    await app.close();
    await engines.dispose();
    await runtime.dispose();
  };
  const server: Server = {
    app,
    services,
    listen: () => app.listen({ host, port }),
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => server.close(),
  };
  return server;
}

/** Messages over sockets are prompts; a mask of a large picture is some 100 kB. */
const MAX_MESSAGE_BYTES = 4 * 2 ** 20;

/** Headers that pages of other origins may read. */
const EXPOSED = [
  "x-request-id",
  "retry-after",
  "etag",
  "content-range",
  "x-embedding-id",
  "x-picture-size",
  "x-encoded",
  "location",
];

function settleLimits(options: ServerOptions): ServerLimits {
  const settled = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof ServerLimits)[]) {
    const value = options[name];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 1)
      throw InputError.expected(name, "a whole number >= 1", value);
    (settled as Record<keyof ServerLimits, number>)[name] = value;
  }
  return settled;
}

function measure({ metrics, queues, engines }: Services): void {
  const each = (read: (queue: WorkQueue) => number) => () =>
    Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, read(queue)]));
  metrics.gauge(
    "sam2_running",
    "Work that goes on.",
    each(({ running }) => running),
    "queue",
  );
  metrics.gauge(
    "sam2_waiting",
    "Work that waits.",
    each(({ waiting }) => waiting),
    "queue",
  );
  metrics.gauge(
    "sam2_embedding_bytes",
    "Embeddings in memory.",
    () => Object.fromEntries(engines.all.map(({ name, memory }) => [name, memory.bytes])),
    "model",
  );
}

async function waitUntil(isTrue: () => boolean, maxMs: number): Promise<void> {
  const until = performance.now() + maxMs;
  while (!isTrue() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
