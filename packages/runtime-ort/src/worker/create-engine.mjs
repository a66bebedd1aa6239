/**
 * @typedef {import("onnxruntime-common").InferenceSession} OrtSession
 * @typedef {import("onnxruntime-common").InferenceSession.SessionOptions} SessionOptions
 * @typedef {import("onnxruntime-common").Tensor} OrtTensor
 * @typedef {Pick<typeof import("onnxruntime-common"), "InferenceSession" | "Tensor" | "env">} Ort
 * @typedef {import("../protocol.js").LoadRequest} LoadRequest
 *
 * @typedef {object} EnginePlatform  What differs between platforms.
 * @property {() => Promise<Ort>} ort  the engine's library, set up
 * @property {() => Promise<import("../protocol.js").EngineFacts>} facts
 * @property {(request: LoadRequest) => SessionOptions} sessionOptions
 * @property {(mapping: import("../protocol.js").Mapping) => void} [checkFiles]  throws when a mapped file is not as it was
 * @property {(mapping: import("../protocol.js").Mapping) => boolean} [canMapAgain]  whether the same files are still there
 * @property {(count: number) => void} [onSessions]  is told after a session was made and before one is released how many there are then
 */
import { fromOrt, toOrt } from "./ort-tensor.mjs";

const LOG_LEVELS = /** @type {const} */ ({ verbose: 0, info: 1, warning: 2, error: 3, fatal: 4 });

/**
 * Sessions and kept tensors on ONNX Runtime: the only file that talks to it. It runs in the worker, or in the thread of the caller.
 *
 * This folder is JavaScript with checked types because a worker thread of Node starts from a file: Node 20 must be able to run it from
 * `src` (tests, the `@sam2js/source` condition) as well as from an installed package.
 *
 * @param {import("../protocol.js").EngineSettings} settings
 * @param {EnginePlatform} platform
 * @returns {import("../protocol.js").EngineMethods}
 */
export function createEngine({ device, logLevel }, platform) {
  /**
   * `wide` are the inputs of int64. `again` is what the session was made from, where holding on to that costs no weights.
   *
   * @type {Map<number, { session: OrtSession, mapping: LoadRequest["mapping"], wide: Set<string>, again: LoadRequest | undefined }>}
   */
  const sessions = new Map();
  /** @type {Map<number, OrtTensor>} */
  const tensors = new Map();
  let lastNumber = 0;

  /** @param {number} handle */
  const kept = (handle) => {
    const tensor = tensors.get(handle);
    if (!tensor) throw new ReferenceError(`tensor ${handle} is not in this engine`);
    return tensor;
  };

  /** @param {OrtTensor} tensor */
  const keep = (tensor) => {
    lastNumber += 1;
    tensors.set(lastNumber, tensor);
    const type = /** @type {"float32"} */ (tensor.type === "bool" ? "uint8" : tensor.type);
    return { type, dims: [...tensor.dims], handle: lastNumber };
  };

  /** @param {LoadRequest} request */
  const create = async (request) => {
    const { InferenceSession } = await platform.ort();
    const { model, weights } = request;
    const data = weights.map(async (file) => ({
      path: file.location,
      data: "bytes" in file ? file.bytes : new Uint8Array(await file.blob.arrayBuffer()),
    }));
    return InferenceSession.create(model, {
      executionProviders: [device],
      graphOptimizationLevel: "all",
      // Planning all of a run's memory as one block costs 300 MB at hiera-tiny's encoder, which WASM never gives back, and gains no time.
      enableMemPattern: false,
      ...(weights.length > 0 ? { externalData: await Promise.all(data) } : {}),
      ...(logLevel ? { logSeverityLevel: LOG_LEVELS[logLevel] } : {}),
      ...platform.sessionOptions(request),
    });
  };

  return {
    facts: platform.facts,

    async load(request) {
      const session = await create(request);
      const { mapping, weights } = request;
      lastNumber += 1;
      const wide = session.inputMetadata.filter((info) => info.isTensor && info.type === "int64");
      sessions.set(lastNumber, {
        session,
        mapping,
        wide: new Set(wide.map(({ name }) => name)),
        again: weights.length === 0 ? request : undefined,
      });
      platform.onSessions?.(sessions.size);
      return lastNumber;
    },

    async run({ session: number, inputs, outputs, keep: keepers }) {
      const { Tensor } = await platform.ort();
      const loaded = sessions.get(number);
      if (!loaded) throw new ReferenceError(`session ${number} is not in this engine`);
      if (loaded.mapping) platform.checkFiles?.(loaded.mapping);
      /** @type {Record<string, OrtTensor>} */
      const feeds = {};
      for (const [name, input] of Object.entries(inputs)) {
        feeds[name] = "handle" in input ? kept(input.handle) : toOrt(Tensor, input, loaded.wide.has(name));
      }
      const results = await loaded.session.run(feeds, outputs);
      /** @type {import("../protocol.js").RunResult} */
      const values = {};
      for (const name of outputs) {
        const result = results[name];
        if (!result) throw new ReferenceError(`the engine gave no output ${name}`);
        if (keepers.includes(name)) {
          values[name] = keep(result);
        } else {
          values[name] = await fromOrt(result);
          if (result.location !== "cpu") result.dispose();
        }
      }
      return values;
    },

    async keep(tensor) {
      const { Tensor } = await platform.ort();
      return keep(toOrt(Tensor, tensor));
    },

    async read(handle) {
      const { type, dims, data } = await fromOrt(kept(handle));
      return { type, dims, data: data.slice() };
    },

    async free(handles) {
      for (const handle of handles) {
        tensors.get(handle)?.dispose();
        tensors.delete(handle);
      }
    },

    // What a session's runs took is its own until it ends: there is no other way to it from JavaScript.
    async trim(number) {
      const loaded = sessions.get(number);
      if (!loaded?.again) return;
      if (loaded.mapping && !platform.canMapAgain?.(loaded.mapping)) return;
      await loaded.session.release();
      loaded.session = await create(loaded.again);
    },

    async release(number) {
      const loaded = sessions.get(number);
      sessions.delete(number);
      platform.onSessions?.(sessions.size);
      await loaded?.session.release();
    },
  };
}
