import { checkFileRange, type ModelFile } from "@sam2js/core";
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
      checkFileRange(location, begin, end, blob.size);
      try {
        return new Uint8Array(await blob.slice(begin, end).arrayBuffer());
      } catch (error) {
        throw toStoreError(error, location);
      }
    },
  };
}
