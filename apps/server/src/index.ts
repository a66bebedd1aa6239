export { createServer, type Server, type ServerOptions } from "./create-server.js";
export type { ModelChoice } from "./engine/load-model.js";
export { RequestError } from "./errors/request-error.js";
export type { LabelStudioOptions } from "./label-studio/label-studio-options.js";
export { DEFAULT_LIMITS, LIMITS, type Limit, type ServerLimits } from "./limits.js";
export type { RouteGroup, ServerApp, Services } from "./services.js";
