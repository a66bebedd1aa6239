import type { CvatApi } from "../api/cvat-api.js";
import { readEventStream } from "../api/event-stream.js";
import { CATEGORIES, type Category, type PotentialWork } from "./potential-work.js";
import { type AgentTiming, Backoff, pause } from "./timing.js";

/** Which queue is watched, and who is told. */
export interface QueueWatch {
  readonly api: CvatApi;
  /** Path of the queue. */
  readonly queue: string;
  readonly work: PotentialWork;
  readonly timing: AgentTiming;
  readonly log: (line: string) => void;
  /** Told whether the stream is there. */
  readonly onConnected: (isConnected: boolean) => void;
}

/**
 * Follows a queue's event stream, and connects again whenever it ends, until `signal` aborts. After every change of the connection there may be
 * requests that no event told of.
 */
export async function watchQueue(watch: QueueWatch, signal: AbortSignal): Promise<void> {
  const { api, queue, work, timing, log, onConnected } = watch;
  const backoff = new Backoff(timing);
  while (!signal.aborted) {
    try {
      const stream = await api.stream(`${queue}/watch`, { signal });
      backoff.reset();
      onConnected(true);
      work.raise(...CATEGORIES);
      for await (const message of readEventStream(stream)) {
        if (message.type === "retry") backoff.reset(message.delayMs);
        else if (message.name === "newrequest") work.raise(...categoriesOf(message.data));
      }
      log("the event stream ended; connecting again");
    } catch (error) {
      if (signal.aborted) return;
      log(`no event stream, polling meanwhile: ${error instanceof Error ? error.message : error}`);
    }
    onConnected(false);
    work.raise(...CATEGORIES);
    await pause(backoff.next(), signal);
  }
}

/** Of an event that cannot be read, all: it tells of something. */
function categoriesOf(data: string): readonly Category[] {
  try {
    const { request_category } = JSON.parse(data);
    return CATEGORIES.filter((category) => category === request_category);
  } catch {
    return CATEGORIES;
  }
}
