/** What runs in the worker thread of an engine. */
import { parentPort, SHARE_ENV, Worker, workerData } from "node:worker_threads";
import { serveEngine } from "@sam2js/runtime-ort/worker";
import { createNodeEngine } from "./node-engine.mjs";
import { RUNS, STOPS } from "./run-state.mjs";

/** @type {{ state: Int32Array, port?: typeof parentPort }} */
const { state, port = parentPort } = workerData;

/** @type {ReturnType<typeof createNodeEngine> | undefined} */
let engine;

/**
 * Counts native code that is under way: the process waits for it before it ends, and from then on none begins.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function counted(work) {
  Atomics.add(state, RUNS, 1);
  const isEnding = Atomics.load(state, STOPS) > 0;
  try {
    if (!isEnding) return await work();
  } finally {
    Atomics.sub(state, RUNS, 1);
    Atomics.notify(state, RUNS);
  }
  return new Promise(() => undefined);
}

serveEngine(
  /** @type {import("@sam2js/runtime-ort").Port} */ (/** @type {unknown} */ (port)),
  (/** @type {import("@sam2js/runtime-ort").EngineSettings} */ settings) => {
    // This thread computes nothing but graphs; a caller's thread would notice that its own tiny numbers are gone.
    const made = createNodeEngine({ ...settings, flushesDenormals: true });
    void counted(() => made.ready).catch(() => undefined);
    engine = made;
    return made;
  },
  {
    around: counted,
    methods: {
      /** Starts another thread of this kind, which does with tiny numbers what this one does. */
      beside: async (/** @type {import("./engine-thread.js").ThreadData & { port: object }} */ data) => {
        await engine?.ready.catch(() => undefined);
        const child = new Worker(new URL(import.meta.url), {
          name: "sam2js-engine",
          workerData: data,
          transferList: [/** @type {import("node:worker_threads").MessagePort} */ (data.port)],
          execArgv: [],
          env: SHARE_ENV,
        });
        child.on("error", () => undefined); // its port closes, which says enough
        child.unref();
      },
    },
  },
);
port?.on("close", () => process.exit());
