import { handingOverData, serve } from "./serve.mjs";

/**
 * What runs in an engine's worker. The first call is `start`; arrays of results are handed over.
 *
 * @template {import("../protocol.js").EngineSettings} S
 * @param {import("./messages.js").Port} port
 * @param {(settings: S) => import("../protocol.js").EngineMethods} start
 * @param {object} [more]
 * @param {<T>(work: () => Promise<T>) => Promise<T>} [more.around]  wraps each call of the engine
 * @param {import("./messages.js").Served} [more.methods]  served besides
 */
export function serveEngine(port, start, { around = (work) => work(), methods } = {}) {
  /** @type {import("../protocol.js").EngineMethods | undefined} */
  let engine;
  /** @param {keyof import("../protocol.js").EngineMethods} method */
  const served = (method) => async (/** @type {never} */ argument) => {
    if (!engine) throw new ReferenceError("the engine is not started");
    return handingOverData(await around(() => /** @type {Promise<unknown>} */ (engine?.[method](argument))));
  };
  serve(port, {
    ...methods,
    start: (/** @type {S} */ settings) => {
      engine = start(settings);
    },
    facts: served("facts"),
    load: served("load"),
    run: served("run"),
    keep: served("keep"),
    read: served("read"),
    free: served("free"),
    trim: served("trim"),
    release: served("release"),
  });
}
