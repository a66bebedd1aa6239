import { CheckpointError, type ModelFile } from "@sam2js/core";
import { toStoreError } from "./store-error.js";

/** A stored file that is read in ranges, by us or by the engine's worker. */
export function blobModelFile(location: string, blob: Blob): ModelFile {
  return {
    location,
    sizeBytes: blob.size,
    version: location, // the etag
    source: { kind: "blob", blob },
    read: async (begin, end, signal) => {
      signal?.throwIfAborted();
      if (begin < 0 || begin > end || end > blob.size) {
        throw new CheckpointError(
          `${location}: expected bytes ${begin} to ${end}, got a file of ${blob.size} bytes; it may be cut off`,
          { name: location, expected: [begin, end], got: blob.size },
        );
      }
      try {
        return new Uint8Array(await blob.slice(begin, end).arrayBuffer());
      } catch (error) {
        throw toStoreError(error, location);
      }
    },
  };
}
