/** y = -x on one float: the smallest graph that makes a device show whether it works. Opset 17, made with onnx 1.23. */
const PROBE_GRAPH =
  "CAgSADo2CgsKAXgSAXkiA05lZxIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR";

/**
 * Runs one number through a device.
 *
 * @param {typeof import("onnxruntime-node")} ort
 * @param {string} device
 * @returns {Promise<string | undefined>} why it does not work; undefined when it does
 */
export async function probeDevice(ort, device) {
  if (device === "cpu") return undefined;
  try {
    const session = await ort.InferenceSession.create(new Uint8Array(Buffer.from(PROBE_GRAPH, "base64")), {
      executionProviders: [device],
    });
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
