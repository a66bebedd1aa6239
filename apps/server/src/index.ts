export type { BatchesOptions, BatchWork } from "./batches/batches-options.js";
export { createServer, type Server, type ServerOptions } from "./create-server.js";
export {
  type CvatAgentOptions,
  type CvatFunction,
  type NewCvatFunction,
  runCvatAgent,
} from "./cvat/agent/run-cvat-agent.js";
export type { AgentTiming } from "./cvat/agent/timing.js";
export type { CvatAccess } from "./cvat/api/cvat-api.js";
export { CvatError } from "./cvat/api/cvat-error.js";
export type { FunctionKind } from "./cvat/functions/agent-function.js";
export type { DetectorMode } from "./cvat/functions/detector.js";
export type { ModelChoice } from "./engine/load-model.js";
export { RequestError } from "./errors/request-error.js";
export type { LabelStudioOptions } from "./label-studio/label-studio-options.js";
export { DEFAULT_LIMITS, LIMITS, type Limit, type ServerLimits } from "./limits.js";
export type { RouteGroup, ServerApp, Services } from "./services.js";
