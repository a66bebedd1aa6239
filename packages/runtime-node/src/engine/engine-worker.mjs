/**
 * What runs in the worker thread: calls in, results out, one after the other. Arrays of the results are transferred.
 *
 * @typedef {import("./protocol.js").EngineCall} EngineCall
 * @typedef {import("./protocol.js").EngineBirth} EngineBirth
 */
import { parentPort, Worker, workerData } from "node:worker_threads";
import { createEngine } from "./engine.mjs";

/** @type {{ settings?: import("./protocol.js").EngineSettings, port?: import("node:worker_threads").MessagePort | null }} */
const { settings = workerData, port = parentPort } = workerData;

// This thread computes nothing but graphs; a caller's thread would notice that its own tiny numbers are gone.
const engine = createEngine({ ...settings, flushesDenormals: true });
const methods = /** @type {Record<string, (argument: unknown) => Promise<unknown>>} */ (
  /** @type {unknown} */ (engine)
);

port?.on("message", async (/** @type {EngineCall | EngineBirth} */ message) => {
  if ("port" in message) {
    const child = new Worker(new URL(import.meta.url), {
      name: "sam2js-engine",
      workerData: message,
      transferList: [message.port],
      execArgv: [],
    });
    child.on("error", () => undefined); // its port closes, which says enough
    child.unref();
    return;
  }
  const { id, method, argument } = message;
  try {
    const value = await methods[method]?.(argument);
    port?.postMessage({ id, value }, buffersOf(value));
  } catch (error) {
    port?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
port?.on("close", () => process.exit());

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
