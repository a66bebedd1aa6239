import { DownloadError, type ModelFile, type StoreWriter, type WorkOptions } from "@sam2js/core";
import { type TransferOptions, type TransferSink, transfer } from "../transfer/transfer.js";
import type { HubFileInfo } from "./api-directory.js";
import { type ContentHash, contentHash } from "./content-hash.js";

/** Pieces in which an earlier attempt's bytes are hashed, in bytes. */
const HASH_CHUNK_BYTES = 4 * 1024 * 1024;
/** A wrong hash may come from what an earlier attempt left: the file is fetched whole once more. */
const WHOLE_TRIES = 2;

/**
 * Fetches a file into a store's writer and commits it once size and hash are right.
 *
 * @throws {DownloadError} `HASH_MISMATCH` if the content is not what the Hub said
 * @throws the signal's reason; what came so far stays for a later attempt
 */
export async function downloadFile(
  url: URL,
  name: string,
  info: HubFileInfo,
  writer: StoreWriter,
  options: Omit<TransferOptions, "totalBytes" | "onBytes"> & Pick<WorkOptions, "onProgress">,
): Promise<ModelFile> {
  const { etag, sizeBytes } = info;
  const sink = new HashingSink(writer, () => contentHash(etag, sizeBytes));
  const report = (phase: string, done: number) =>
    options.onProgress?.({ phase, name, done, total: sizeBytes, unit: "bytes" });
  let isCommitted = false;
  try {
    await sink.hashExisting(options.signal, (done) => report("verify", done));
    for (let tries = 1; tries <= WHOLE_TRIES; tries++) {
      await transfer(url, sink, {
        ...options,
        totalBytes: sizeBytes,
        onBytes: (done) => report("download", done),
      });
      if (sink.matches()) {
        const file = await writer.commit();
        isCommitted = true;
        return file;
      }
      await sink.truncate();
    }
    throw new DownloadError(
      `${options.what}: expected content with the hash ${etag}, got other bytes ${WHOLE_TRIES} times; a proxy or the server changes the file, try again later`,
      { name: options.what, expected: etag, got: "other bytes" },
      "HASH_MISMATCH",
    );
  } finally {
    if (!isCommitted) await writer.close();
  }
}

/** Hashes what goes into a writer. */
class HashingSink implements TransferSink {
  readonly #writer: StoreWriter;
  readonly #newHash: () => ContentHash;
  #hash: ContentHash;
  sizeBytes: number;

  constructor(writer: StoreWriter, newHash: () => ContentHash) {
    this.#writer = writer;
    this.#newHash = newHash;
    this.#hash = newHash();
    this.sizeBytes = writer.sizeBytes;
  }

  /** Hashes what an earlier attempt left. */
  async hashExisting(signal: AbortSignal | undefined, onBytes: (done: number) => void): Promise<void> {
    for (let begin = 0; begin < this.sizeBytes; begin += HASH_CHUNK_BYTES) {
      signal?.throwIfAborted();
      const end = Math.min(this.sizeBytes, begin + HASH_CHUNK_BYTES);
      this.#hash.update(await this.#writer.read(begin, end));
      onBytes(end);
    }
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#writer.append(bytes);
    this.#hash.update(bytes);
    this.sizeBytes += bytes.length;
  }

  async truncate(): Promise<void> {
    await this.#writer.truncate();
    this.#hash = this.#newHash();
    this.sizeBytes = 0;
  }

  matches(): boolean {
    return this.#hash.matches();
  }
}
