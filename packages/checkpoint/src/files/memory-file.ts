import {
  CheckpointError,
  checkBytes,
  checkFileRange,
  checkMembers,
  checkText,
  type ModelFile,
  throwIfAborted,
} from "@sam2js/core";

/** A file whose bytes are in memory. The bytes are borrowed, not copied. */
export function bytesFile(location: string, bytes: Uint8Array): ModelFile {
  checkText(location, "location");
  checkBytes(bytes, "bytes");
  return {
    location,
    sizeBytes: bytes.length,
    source: { kind: "bytes", bytes },
    async read(begin, end, signal) {
      throwIfAborted(signal);
      checkFileRange(location, begin, end, bytes.length);
      return bytes.subarray(begin, end);
    },
  };
}

/** A `Blob` or `File` of the platform, read in ranges. */
export function blobFile(location: string, blob: Blob): ModelFile {
  checkText(location, "location");
  checkMembers(blob, "blob", "a Blob or File", "size", "slice");
  return {
    location,
    sizeBytes: blob.size,
    version: blob instanceof File ? `${blob.name} ${blob.size} ${blob.lastModified}` : undefined,
    source: { kind: "blob", blob },
    async read(begin, end, signal) {
      throwIfAborted(signal);
      checkFileRange(location, begin, end, blob.size);
      const bytes = new Uint8Array(await readBlob(location, blob.slice(begin, end)));
      throwIfAborted(signal);
      checkFileRange(location, begin, end, begin + bytes.length);
      return bytes;
    },
  };
}

async function readBlob(location: string, blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (cause) {
    throw CheckpointError.expected(
      location,
      "a readable file",
      "an error",
      "was it moved or changed since it was chosen?",
      cause,
    );
  }
}
