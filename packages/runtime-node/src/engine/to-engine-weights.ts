import type { WeightFile } from "@sam2js/core";
import type { EngineWeights } from "./protocol.js";

/** Paths and bytes go to the engine as they are, blobs are read. */
export function toEngineWeights(files: readonly WeightFile[]): Promise<EngineWeights[]> {
  return Promise.all(
    files.map(async ({ location, source }): Promise<EngineWeights> => {
      switch (source.kind) {
        case "path":
          return { location, path: source.path };
        case "bytes":
          return { location, bytes: source.bytes };
        case "blob":
          return { location, bytes: new Uint8Array(await source.blob.arrayBuffer()) };
      }
    }),
  );
}
