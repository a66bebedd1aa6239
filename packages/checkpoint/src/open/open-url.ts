import { DownloadError, type ModelFile, NotFoundError } from "@sam2js/core";
import { modelFiles, pickledFiles } from "../files/create-model-files.js";
import { blobFile } from "../files/memory-file.js";
import type { ModelFiles } from "../files/model-files.js";
import type { OpenModelOptions } from "../files/open-options.js";
import { isPickled } from "../files/pickled.js";
import { type TransferSink, transfer } from "../transfer/transfer.js";
import { WEIGHTS_FILE } from "./open-local.js";

/**
 * A model below an http(s) URL: a folder, a `.safetensors` file with `config.json` beside it, or a `.pt` file. Files are fetched when they
 * are asked for and stay in memory (the platform's HTTP cache applies).
 */
export function openUrl(url: URL, options: OpenModelOptions): ModelFiles {
  if (isPickled(url.pathname)) return pickledFiles(url.href, () => fetchFile(url, options), options);
  const isFile = url.pathname.endsWith(".safetensors");
  const base = new URL(url);
  if (!isFile && !base.pathname.endsWith("/")) base.pathname += "/";
  const prefix = options.subfolder ? `${options.subfolder}/` : "";
  const open = (name: string): Promise<ModelFile | undefined> => {
    if (isFile && name === WEIGHTS_FILE) return fetchFile(url, options);
    const target = new URL((prefix + name).split("/").map(encodeURIComponent).join("/"), base);
    // A query that signs the folder's address is needed for its files too.
    target.search = url.search;
    return fetchFile(target, options);
  };
  return modelFiles(url.href, open, isFile ? { ...options, variant: undefined } : options);
}

/**
 * One file by URL, in memory.
 *
 * @returns undefined if there is none
 * @throws {DownloadError} it cannot be fetched
 */
export async function fetchFile(url: URL, options: OpenModelOptions): Promise<ModelFile | undefined> {
  const { store, signal, onProgress, retry, offline } = options;
  const what = url.protocol === "data:" ? "data: URL" : `${url.origin}${url.pathname}`;
  if (offline && /^https?:$/.test(url.protocol)) {
    throw new DownloadError(
      `${what}: expected a connection, got offline mode; switch it off, or give a local folder`,
      { name: what, expected: "a connection", got: "offline mode" },
      "OFFLINE",
    );
  }
  const sink = new MemorySink();
  const name = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1)) || "file";
  try {
    await transfer(url, sink, {
      what,
      hasToken: false,
      signal,
      retry,
      fetch: store?.fetch,
      onAnswer: ({ headers }) => {
        // Servers of single-page apps send their page for whatever they do not have.
        if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) {
          throw NotFoundError.expected(what, "a file of a model", "a web page", "check the URL");
        }
      },
      onBytes: (done, total) =>
        onProgress?.({
          phase: "download",
          name,
          done,
          ...(total === undefined ? {} : { total }),
          unit: "bytes",
        }),
    });
  } catch (error) {
    if (NotFoundError.isInstance(error)) return undefined;
    throw error;
  }
  return blobFile(name, sink.toBlob());
}

class MemorySink implements TransferSink {
  readonly sizeBytes = 0;
  #pieces: Uint8Array<ArrayBuffer>[] = [];

  async append(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes as Uint8Array<ArrayBuffer>);
  }

  async truncate(): Promise<void> {
    this.#pieces = [];
  }

  toBlob(): Blob {
    return new Blob(this.#pieces);
  }
}
