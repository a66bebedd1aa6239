import type { WorkerCall, WorkerFailure, WorkerReply } from "./messages.js";

/** The part of a dedicated worker's global that is used here; the types of pages and workers cannot be loaded together. */
interface WorkerScope {
  postMessage(reply: WorkerReply, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<WorkerCall>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/**
 * Answers the calls of a `WorkerLine`. Runs in the worker. Array buffers and bitmaps of an answer are transferred.
 *
 * @param methods  by name
 */
export function serve(methods: Readonly<Record<string, (argument: never) => Promise<unknown>>>): void {
  scope.addEventListener("message", async ({ data: { id, method, argument } }) => {
    try {
      const work = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (!work) throw new ReferenceError(`this worker has no method ${method}`);
      const value = await work(argument as never);
      scope.postMessage({ id, value }, buffersOf(value));
    } catch (error) {
      scope.postMessage({ id, error: toFailure(error) });
    }
  });
}

/** Tells the page that this worker cannot go on. */
export function reportLost(why: string): void {
  scope.postMessage({ lost: why });
}

function toFailure(error: unknown): WorkerFailure {
  if (error instanceof Error || error instanceof DOMException) {
    return { name: error.name, message: error.message };
  }
  return { name: "Error", message: String(error) };
}

/** The array buffers of bytes, of a tensor, or of a record of tensors. */
function buffersOf(value: unknown): ArrayBuffer[] {
  if (typeof value !== "object" || value === null) return [];
  const buffers = new Set<ArrayBuffer>();
  const items: unknown[] = ArrayBuffer.isView(value) ? [{ data: value }] : [value, ...Object.values(value)];
  for (const item of items) {
    const data = (item as { data?: unknown } | null | undefined)?.data;
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  }
  return [...buffers];
}
