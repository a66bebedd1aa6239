import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Runtime } from "@sam2js/core";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { Tenant, Tenants } from "./access/tenants.js";
import type { Batches } from "./batches/batches.js";
import type { EngineServices } from "./engine/engine.js";
import type { Engines } from "./engine/engines.js";
import type { Grants } from "./engine/grants.js";
import type { Jobs } from "./engine/jobs.js";
import type { LabelStudioSettings } from "./label-studio/label-studio-options.js";
import type { ServerLimits } from "./limits.js";
import type { Metrics } from "./metrics/metrics.js";
import type { OpenVideo } from "./videos/open-frames.js";
import type { VideoSessions } from "./videos/video-sessions.js";

/** Fastify, with handlers typed by TypeBox schemas. */
export type ServerApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What route groups work with. */
export interface Services {
  /** Decodes pictures, writes PNG, runs the models. */
  readonly runtime: Runtime;
  /** The models. */
  readonly engines: Engines;
  /** What goes on and what waits; engines use them by themselves. */
  readonly queues: Pick<EngineServices, "encodes" | "clicks" | "jobs">;
  /** What the workers of a queue do; missing where there is none. */
  readonly batches: Batches | undefined;
  /** Videos that are open. */
  readonly videos: VideoSessions;
  /** Opens video files; missing where the program has no codecs. */
  readonly openVideo: OpenVideo | undefined;
  /** Folder of the web app, if it is served. */
  readonly webApp: string | undefined;
  /** Jobs that go on, and those that ended lately. */
  readonly jobs: Jobs;
  /** What a request may ask for. */
  readonly limits: ServerLimits;
  /** What is counted. */
  readonly metrics: Metrics;
  /** The tokens. */
  readonly tenants: Tenants;
  /** Which tenant may use which embedding. */
  readonly grants: Grants;
  /** How Label Studio is reached; its routes are there only with it. */
  readonly labelStudio: LabelStudioSettings | undefined;
  /** Whether the server is about to stop. */
  readonly isDraining: () => boolean;
}

/** A group of routes: adds them to the app. */
export type RouteGroup = (app: ServerApp, services: Services) => void | Promise<void>;

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; set before any handler runs. */
    tenant: Tenant;
  }
}
