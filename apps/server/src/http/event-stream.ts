import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Job } from "../engine/jobs.js";

/** A comment after so long without an event keeps proxies from closing the connection. */
const HEARTBEAT_MS = 15_000;

/**
 * Sends a job's events as `text/event-stream`, no faster than they are read.
 *
 * @param after  id of the last event that the client knows, as `Last-Event-ID` says; 0 for none
 * @param epoch  goes before ids, with a dot
 */
export function sendEvents(reply: FastifyReply, job: Job, after: number, epoch?: string): FastifyReply {
  return reply
    .headers({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    })
    .send(Readable.from(lines(job, after, epoch), { objectMode: false }));
}

async function* lines(job: Job, after: number, epoch?: string): AsyncGenerator<string, void> {
  for await (const event of job.read(after, HEARTBEAT_MS)) {
    yield event
      ? `id: ${epoch === undefined ? "" : `${epoch}.`}${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`
      : ": still at work\n\n";
  }
}
