/** y = -x on one float: the smallest graph that makes a device show whether it works. Opset 17, made with onnx 1.23. */
const PROBE_GRAPH = new Uint8Array(
  Buffer.from(
    "CAgSADo2CgsKAXgSAXkiA05lZxIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR",
    "base64",
  ),
);

/** @typedef {typeof import("onnxruntime-node")} Ort */

/**
 * Loads the engine's library, which makes its environment with the first session of the process.
 *
 * @param {{ logLevel: import("@sam2js/runtime-ort").EngineSettings["logLevel"], options: import("onnxruntime-node").InferenceSession.SessionOptions }} how
 * @returns {Promise<Ort>}
 */
export async function startLibrary({ logLevel, options }) {
  const { default: ort } = await import("onnxruntime-node");
  if (logLevel) ort.env.logLevel = logLevel;
  // Else its environment opens a data base in the user's cache folder, and warns on stderr where it cannot.
  const { ORT_DISABLE_TELEMETRY } = process.env;
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    const session = await ort.InferenceSession.create(PROBE_GRAPH, options);
    await session.release();
  } finally {
    if (ORT_DISABLE_TELEMETRY === undefined) delete process.env.ORT_DISABLE_TELEMETRY;
  }
  return ort;
}

/**
 * Runs one number through a device.
 *
 * @param {Ort} ort
 * @param {string} device
 * @returns {Promise<string | undefined>} why it does not work; undefined when it does
 */
export async function probeDevice(ort, device) {
  if (device === "cpu") return undefined;
  try {
    const session = await ort.InferenceSession.create(PROBE_GRAPH, { executionProviders: [device] });
    const { y } = await session.run({ x: new ort.Tensor("float32", new Float32Array([1]), [1]) });
    const value = /** @type {Float32Array | undefined} */ (await y?.getData())?.[0];
    await session.release();
    return value === -1 ? undefined : `a first calculation gave ${value} instead of -1`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The engine begins with a place in its source and the condition that did not hold.
    return message
      .slice(message.lastIndexOf(" was false. ") + 1)
      .replace(/^was false\. /, "")
      .trim();
  }
}
