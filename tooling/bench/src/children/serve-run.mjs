/** A server in a process of its own: tells its address, then its memory whenever it is asked, until its parent hangs up. */
import { createServer } from "@sam2js/server";
import { childOptions } from "../run-child.mjs";

/** Less than by default, so that the memory is full before it is watched. */
const MEMORY_BYTES = 2 ** 27;

const { model, threads } = childOptions();
const server = await createServer({
  port: 0,
  logger: false,
  runtime: { threads },
  maxMemoryBytes: MEMORY_BYTES,
  ...(model && { models: [model] }),
});
const address = await server.listen();
await server.services.engines.ready;
process.send({ address });
process.on("message", () => process.send({ rssBytes: process.memoryUsage.rss() }));
process.once("disconnect", () => void server.close());
