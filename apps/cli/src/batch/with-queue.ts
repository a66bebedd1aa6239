import type { ShardQueue } from "@sam2js/batch/queue";

/** Has a queue for the time of `work`. */
export async function withQueue<T>(url: string, work: (queue: ShardQueue) => Promise<T>): Promise<T> {
  const { ShardQueue: Queue } = await import("@sam2js/batch/queue");
  const queue = await Queue.connect(url);
  return work(queue).finally(() => queue.close());
}
