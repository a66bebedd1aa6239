import type { SessionGraph, WeightFile } from "@sam2js/core";
import { inlineWeights } from "./inline-weights.js";
import type { EngineWeights, LoadRequest } from "./protocol.js";

/** A protobuf message ends at 2 GiB; this leaves room for what else the graph carries. */
const MAX_INLINE_BYTES = 2 ** 30;

/**
 * A graph as the engine takes it. Files on disk go by path and are mapped; blobs are read. Weights in memory go beside
 * the graph when all of them are in memory, and inside it when others are mapped.
 */
export async function toLoadRequest({ model, weights }: SessionGraph): Promise<LoadRequest> {
  const files = await Promise.all(weights.map(toEngineWeights));
  const inMemory = files.flatMap((file) => ("bytes" in file ? [file] : []));
  const onDisk = files.filter((file) => "path" in file);
  const sizeBytes = inMemory.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const isMixed = inMemory.length > 0 && onDisk.length > 0;
  if (!isMixed || model.length + sizeBytes > MAX_INLINE_BYTES) return { model, weights: files };
  const bytesOf = new Map(inMemory.map(({ location, bytes }) => [location, bytes]));
  return { model: inlineWeights(model, bytesOf), weights: onDisk };
}

async function toEngineWeights({ location, source }: WeightFile): Promise<EngineWeights> {
  switch (source.kind) {
    case "path":
      return { location, path: source.path };
    case "bytes":
      return { location, bytes: source.bytes };
    case "blob":
      return { location, bytes: new Uint8Array(await source.blob.arrayBuffer()) };
  }
}
