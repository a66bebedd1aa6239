import { batchRoutes } from "../batches/batch-routes.js";
import { nuclioRoutes } from "../cvat/gateway/nuclio-routes.js";
import { labelStudioRoutes } from "../label-studio/routes.js";
import type { RouteGroup } from "../services.js";
import { startPageRoutes } from "../start-page/routes.js";
import { videoRoutes } from "../videos/video-routes.js";
import { decoderRoutes } from "./decoders.js";
import { embeddingRoutes } from "./embeddings.js";
import { generateRoutes } from "./generate.js";
import { healthRoutes } from "./health.js";
import { modelRoutes } from "./models.js";
import { segmentRoutes } from "./segment.js";

/** All routes of a server. A new group (a folder of its own, where it is more than a file) is added here. */
export const ROUTE_GROUPS: readonly RouteGroup[] = [
  startPageRoutes,
  healthRoutes,
  modelRoutes,
  decoderRoutes,
  embeddingRoutes,
  segmentRoutes,
  generateRoutes,
  videoRoutes,
  batchRoutes,
  nuclioRoutes,
  labelStudioRoutes,
];
