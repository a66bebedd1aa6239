/**
 * What runs in the worker thread: calls in, results out, one after the other. Arrays of the results are transferred.
 *
 * @typedef {import("./protocol.js").EngineCall} EngineCall
 */
import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "./engine.mjs";

// This thread computes nothing but graphs; a caller's thread would notice that its own tiny numbers are gone.
const engine = createEngine({ ...workerData, flushesDenormals: true });
const methods = /** @type {Record<string, (argument: unknown) => Promise<unknown>>} */ (
  /** @type {unknown} */ (engine)
);

parentPort?.on("message", async (/** @type {EngineCall} */ { id, method, argument }) => {
  try {
    const value = await methods[method]?.(argument);
    parentPort?.postMessage({ id, value }, buffersOf(value));
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

/**
 * The array buffers of a tensor, or of a record of tensors.
 *
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
function buffersOf(value) {
  if (typeof value !== "object" || value === null) return [];
  /** @type {Set<ArrayBuffer>} */
  const buffers = new Set();
  for (const item of [value, ...Object.values(value)]) {
    const data = /** @type {{ data?: unknown } | undefined} */ (item)?.data;
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  }
  return [...buffers];
}
