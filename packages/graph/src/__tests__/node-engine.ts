import { type SessionDescription, Tensor, type TensorLike, type WeightFile } from "@sam2js/core";
import * as ort from "onnxruntime-node";

/** Runs a graph on the real engine with host tensors, its weights from memory. */
export interface Engine {
  run(inputs: Readonly<Record<string, TensorLike>>): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export async function loadGraph(
  description: SessionDescription,
  options: ort.InferenceSession.SessionOptions = {},
): Promise<Engine> {
  const { model, weights } = await description.build();
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: 2,
    externalData: weights.map((file) => ({ path: file.location, data: bytesOf(file) })),
    ...options,
  });
  const wide = new Set(
    session.inputMetadata.filter((info) => info.isTensor && info.type === "int64").map(({ name }) => name),
  );
  return {
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, dims }]) => [
          name,
          wide.has(name)
            ? new ort.Tensor("int64", BigInt64Array.from(data as Int32Array, BigInt), dims)
            : new ort.Tensor(type as "float32", data as Float32Array, dims),
        ]),
      );
      const results = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, data, dims }]) => [
          name,
          new Tensor(type as "float32", data as Float32Array, dims),
        ]),
      );
    },
    dispose: () => session.release(),
  };
}

/** Builds, runs once and disposes. */
export async function runGraph(
  description: SessionDescription,
  inputs: Readonly<Record<string, TensorLike>>,
) {
  const engine = await loadGraph(description);
  try {
    return await engine.run(inputs);
  } finally {
    await engine.dispose();
  }
}

function bytesOf({ source, location }: WeightFile): Uint8Array {
  if (source.kind !== "bytes") throw new TypeError(`${location} is not in memory`);
  return source.bytes;
}
