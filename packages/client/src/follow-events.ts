import { readEvents, type StreamEvent } from "./read-events.js";
import { ServerError } from "./server-error.js";
import { type CallOptions, sleep, type Transport } from "./transport.js";

/** So often a stream of events that breaks off is taken up again without having brought anything. */
const MAX_RESUMES = 5;

/**
 * The events of a job, for as long as they are read. A connection that breaks is taken up again after the last event; a server that cannot be reached is
 * waited for, some seconds longer each time.
 *
 * @param path   where the events are read again
 * @param first  a stream that was begun already
 */
export async function* followEvents(
  transport: Transport,
  path: string,
  { signal }: CallOptions,
  first?: Response,
): AsyncGenerator<StreamEvent, never> {
  let [last, idle, response] = ["0", 0, first];
  for (;;) {
    try {
      const headers = { accept: "text/event-stream", "last-event-id": last };
      response ??= await transport.request(path, { headers, ...(signal && { signal }) });
      for await (const event of readEvents(response.body as ReadableStream<Uint8Array>)) {
        [last, idle] = [event.id ?? last, 0];
        yield event;
      }
      idle += 1;
    } catch (error) {
      signal?.throwIfAborted();
      const isRefused = ServerError.isInstance(error) && error.status !== undefined && error.status !== 503;
      if (isRefused || ++idle > MAX_RESUMES) throw error;
      await sleep(idle, signal);
    }
    response = undefined;
  }
}
