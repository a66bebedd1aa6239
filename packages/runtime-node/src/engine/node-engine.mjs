/**
 * ONNX Runtime for Node. It runs in the worker, or in the thread of the caller with `worker: false`. JavaScript with checked types, since a
 * worker thread starts from a file that Node 20 must be able to run from `src` too.
 *
 * @typedef {import("@sam2js/runtime-ort").EngineSettings & { flushesDenormals?: boolean | undefined }} NodeEngineSettings
 *   `flushesDenormals`: numbers below 10⁻³⁸ become 0 on the engine's threads, including the calling one
 */
import { statSync } from "node:fs";
import { createEngine } from "@sam2js/runtime-ort/worker";
import { probeDevice, startLibrary } from "./ort-library.mjs";

/**
 * @param {NodeEngineSettings} settings
 * @returns {import("@sam2js/runtime-ort").EngineMethods & { readonly ready: Promise<unknown> }}  `ready` when the library is there
 */
export function createNodeEngine(settings) {
  const { device, threads, logLevel, flushesDenormals } = settings;

  /** @param {Pick<import("@sam2js/runtime-ort").LoadRequest, "threads" | "mapping" | "hasWeightsInPlace">} request */
  const sessionOptions = (request) => ({
    intraOpNumThreads: request.threads ?? threads,
    interOpNumThreads: 1,
    executionMode: /** @type {const} */ ("sequential"),
    // Else it warns of each weight that it is to leave in place.
    ...(request.hasWeightsInPlace && !logLevel ? { logSeverityLevel: /** @type {const} */ (3) } : {}),
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
        ...(request.mapping ? { model_external_initializers_file_folder_path: request.mapping.folder } : {}),
      },
    },
  });

  const ready = startLibrary({ logLevel, options: sessionOptions({}) });
  ready.catch(() => undefined);
  const engine = createEngine(settings, {
    ort: () => ready,
    facts: async () => {
      const ort = await ready;
      return {
        version: ort.env.versions.node ?? ort.env.versions.common,
        providers: ort.listSupportedBackends(),
        problem: await probeDevice(ort, device),
      };
    },
    sessionOptions,
    checkFiles: ({ files }) => {
      for (const file of files) requireUnchanged(file);
    },
    canMapAgain: ({ files }) =>
      files.every((file) => isAsItWas(statSync(file.path, { throwIfNoEntry: false }), file)),
  });
  return { ...engine, ready };
}

/**
 * A mapped file that was cut would end the process at the first page that is not there, one that was overwritten would give wrong answers.
 * A file that was removed or replaced by another lives on while it is mapped.
 *
 * @param {import("@sam2js/runtime-ort").MappedFile} file
 */
function requireUnchanged(file) {
  const { path, inode } = file;
  const now = statSync(path, { throwIfNoEntry: false });
  if (!now || now.ino !== inode || isAsItWas(now, file)) return;
  throw new TypeError(
    `${path} was written to while its weights were in use; load the model again, and replace such files by renaming a new one over them`,
  );
}

/**
 * @param {import("node:fs").Stats | undefined} now
 * @param {import("@sam2js/runtime-ort").MappedFile} file
 */
function isAsItWas(now, { sizeBytes, modifiedMs, inode }) {
  return now?.ino === inode && now.size === sizeBytes && now.mtimeMs === modifiedMs;
}
