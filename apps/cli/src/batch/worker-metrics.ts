import { createServer, type Server } from "node:http";
import { InputError } from "@sam2js/core";
import { listening } from "../io/listening.js";

/** What a worker counts. */
export interface WorkerCounts {
  shardsDone: number;
  shardsFailed: number;
  images: number;
  imagesFailed: number;
}

/** Serves counts as Prometheus reads them, at `/metrics`. @param address  `[host:]port`; this machine alone without a host */
export async function serveMetrics(
  address: string,
  counts: WorkerCounts,
  active: () => number,
): Promise<Server> {
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined) throw InputError.expected("--metrics", "[host:]port", address);
  const server = createServer((request, response) => {
    const isKnown = request.url === "/metrics";
    response.writeHead(isKnown ? 200 : 404, { "content-type": "text/plain; version=0.0.4" });
    response.end(isKnown ? metricsText(counts, active()) : "");
  });
  const listens = new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(Number(port), host, resolve),
  );
  await listening(listens, "--metrics", `${host}:${port}`);
  server.unref();
  return server;
}

function metricsText(counts: WorkerCounts, active: number): string {
  const { shardsDone, shardsFailed, images, imagesFailed } = counts;
  return `# TYPE sam2_worker_shards_total counter
sam2_worker_shards_total{result="done"} ${shardsDone}
sam2_worker_shards_total{result="failed"} ${shardsFailed}
# TYPE sam2_worker_images_total counter
sam2_worker_images_total{result="done"} ${images}
sam2_worker_images_total{result="failed"} ${imagesFailed}
# TYPE sam2_worker_active_shards gauge
sam2_worker_active_shards ${active}
`;
}
