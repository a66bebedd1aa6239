import { RequestError } from "../errors/request-error.js";
import type { ServerApp, Services } from "../services.js";
import { checkOrigin } from "./origins.js";

/** Answered by anybody, at any time: who watches the process has no token. */
const OPEN_PATHS = ["/health", "/ready"];

/** Who may ask, and what is told and counted of every request. */
export function addGuards(app: ServerApp, services: Services, allowOrigins: readonly string[]): void {
  const { tenants, metrics } = services;
  app.decorateRequest("tenant", "");
  app.addHook("onRequest", async (request, reply) => {
    const { headers, method } = request;
    reply.headers({ "x-request-id": request.id, "x-content-type-options": "nosniff" });
    const isOpenPath = OPEN_PATHS.includes(request.routeOptions.url ?? "");
    if (!isOpenPath) checkOrigin(headers, allowOrigins, !tenants.areKnown);
    if (isOpenPath || method === "OPTIONS") return;
    request.tenant = tenants.identify(
      headers.authorization ?? tokenOfSocket(headers["sec-websocket-protocol"]),
    );
    if (services.isDraining()) throw RequestError.unavailable("the server is about to stop", 5);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const { method } = request;
    metrics.requests.inc({ method, route, status: reply.statusCode });
    metrics.seconds.observe({ route }, reply.elapsedTime / 1000);
  });
}

/** Pages cannot set headers of sockets: they offer the protocols `sam2js` and `bearer.TOKEN`. */
function tokenOfSocket(protocols: string | undefined): string | undefined {
  const [, token] = /(?:^|,\s*)bearer\.([^\s,]+)/.exec(protocols ?? "") ?? [];
  return token && `Bearer ${token}`;
}
