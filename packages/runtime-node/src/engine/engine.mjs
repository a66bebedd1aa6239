/**
 * Sessions and kept tensors on ONNX Runtime: the only file that talks to it. It runs in the worker, or in the thread
 * of the caller with `worker: false`.
 *
 * This folder's two .mjs files are JavaScript with checked types because a worker thread starts from a file: Node 20
 * must be able to run it from `src` (tests, the `@sam2js/source` condition) as well as from `dist`.
 *
 * @typedef {import("@sam2js/core").TensorLike} TensorLike
 * @typedef {import("@sam2js/core").TensorType} TensorType
 * @typedef {import("onnxruntime-node").InferenceSession} OrtSession
 * @typedef {import("onnxruntime-node").Tensor} OrtTensor
 */
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { fromOrt, toOrt } from "./ort-tensor.mjs";
import { probeDevice } from "./probe-device.mjs";

/**
 * @param {import("./protocol.js").EngineSettings} settings
 * @returns {import("./protocol.js").Engine}
 */
export function createEngine(settings) {
  /** @type {Map<number, OrtSession>} */
  const sessions = new Map();
  /** @type {Map<number, OrtTensor>} */
  const tensors = new Map();
  let lastNumber = 0;

  const ort = async () => {
    const { default: module } = await import("onnxruntime-node");
    if (settings.logLevel) module.env.logLevel = settings.logLevel;
    return module;
  };

  /** @param {number} handle */
  const kept = (handle) => {
    const tensor = tensors.get(handle);
    if (!tensor) throw new ReferenceError(`tensor ${handle} is not in this engine`);
    return tensor;
  };

  return {
    isLost: false,

    async facts() {
      const module = await ort();
      return {
        version: module.env.versions.node ?? module.env.versions.common,
        providers: module.listSupportedBackends(),
        deviceProblem: await probeDevice(module, settings.device),
      };
    },

    async load({ model, weights, threads = settings.threads }) {
      const { InferenceSession } = await ort();
      const options = sessionOptions({ ...settings, threads }, await place(weights));
      const session = await InferenceSession.create(model, options);
      lastNumber += 1;
      sessions.set(lastNumber, session);
      return lastNumber;
    },

    async run({ session: number, inputs, outputs, keep }) {
      const { Tensor } = await ort();
      const session = sessions.get(number);
      if (!session) throw new ReferenceError(`session ${number} is not in this engine`);
      /** @type {Record<string, OrtTensor>} */
      const feeds = {};
      for (const [name, input] of Object.entries(inputs)) {
        feeds[name] = "handle" in input ? kept(input.handle) : toOrt(Tensor, input);
      }
      const results = await session.run(feeds, outputs);
      /** @type {import("./protocol.js").RunResult} */
      const values = {};
      for (const name of outputs) {
        const result = results[name];
        if (!result) throw new ReferenceError(`the engine gave no output ${name}`);
        if (keep.includes(name)) {
          lastNumber += 1;
          tensors.set(lastNumber, result);
          const type = /** @type {TensorType} */ (result.type === "bool" ? "uint8" : result.type);
          values[name] = { type, dims: [...result.dims], handle: lastNumber };
        } else {
          values[name] = await fromOrt(result);
        }
      }
      return values;
    },

    async keep(tensor) {
      const { Tensor } = await ort();
      lastNumber += 1;
      tensors.set(lastNumber, toOrt(Tensor, tensor));
      return { type: tensor.type, dims: [...tensor.dims], handle: lastNumber };
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

    async release(number) {
      const session = sessions.get(number);
      sessions.delete(number);
      await session?.release();
    },

    async close() {
      tensors.clear();
      const open = [...sessions.values()];
      sessions.clear();
      for (const session of open) await session.release();
    },
  };
}

/**
 * Where the engine finds external weights: in one folder, which it maps, or in memory.
 *
 * @typedef {{ folder: string } | { bytes: { path: string, data: Uint8Array }[] } | undefined} Place
 */

/**
 * @param {import("./protocol.js").EngineSettings} settings
 * @param {Place} place
 * @returns {import("onnxruntime-node").InferenceSession.SessionOptions}
 */
function sessionOptions({ device, threads, logLevel, flushesDenormals }, place) {
  const levels = { verbose: 0, info: 1, warning: 2, error: 3, fatal: 4 };
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Planning all of a run's memory as one block costs 300 MB at hiera-tiny's encoder and gains no time.
    enableMemPattern: false,
    extra: {
      session: {
        // Threads that spin between two nodes spare a click 2 of 18 ms. Longer spinning brings no more, and takes the
        // cores from the main thread and from other sessions.
        intra_op: { allow_spinning: "1", spin_duration_us: "20" },
        force_spinning_stop: "1",
        // Softmax makes them, and processors take a hundred cycles for each: a decoder run took 61 ms instead of 18.
        // The engine's library sets its own threads in each session, but the calling thread only in the first session
        // of the process: the worker of a second runtime is slower. Threads that a thread starts are as it is, which is why
        // workers are started by workers.
        ...(flushesDenormals ? { set_denormal_as_zero: "1" } : {}),
        ...(place && "folder" in place ? { model_external_initializers_file_folder_path: place.folder } : {}),
      },
    },
    ...(place && "bytes" in place ? { externalData: place.bytes } : {}),
    ...(logLevel ? { logSeverityLevel: /** @type {0 | 1 | 2 | 3 | 4} */ (levels[logLevel]) } : {}),
  };
}

/**
 * Files of one folder are mapped: nothing of them is copied. The engine takes either one folder or bytes, so files of
 * several folders, or under other names than their own, are read.
 *
 * @param {readonly import("./protocol.js").EngineWeights[]} weights
 * @returns {Promise<Place>}
 */
async function place(weights) {
  if (weights.length === 0) return undefined;
  const files = await Promise.all(
    weights.map(async (file) => ("path" in file ? { ...file, path: await realpath(file.path) } : file)),
  );
  const folders = files.map((file) =>
    "path" in file && path.basename(file.path) === file.location ? path.dirname(file.path) : undefined,
  );
  const [folder] = folders;
  if (folder !== undefined && folders.every((other) => other === folder)) return { folder };
  const bytes = files.map(async (file) => ({
    path: file.location,
    data: "path" in file ? await readFile(file.path) : file.bytes,
  }));
  return { bytes: await Promise.all(bytes) };
}
