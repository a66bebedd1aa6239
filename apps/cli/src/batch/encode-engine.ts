import type { BatchEngine, BatchStore, EntryResult } from "@sam2js/batch";
import { encodePrepared, type PreparedPicture, preparePicture } from "@sam2js/embedding-store";
import { embeddingFileName } from "@sam2js/embeddings";
import type { LoadedModel } from "../model/with-model.js";
import type { BatchSettings } from "./batch-settings.js";
import { entryBytes } from "./read-source.js";

/** Where embeddings lie in a batch's folder: `sam2 serve --embeddings` reads it. */
const FOLDER = "embeddings";

/**
 * Keeps the model's decoder beside the embeddings, as `sam2 encode` does: with it they can be clicked on where the model is not. It is the same file
 * whoever writes it.
 */
export async function keepDecoder(
  store: BatchStore,
  { model, processor }: LoadedModel,
  signal: AbortSignal,
): Promise<void> {
  const name = `${FOLDER}/${model.decoderFileName}`;
  if (await store.has(name)) return;
  const decoder = await model.saveDecoder(processor, { signal });
  await store.write(name, new Uint8Array(await decoder.arrayBuffer()), signal);
}

/** What encodes the pictures of a batch ahead. */
export function createEncodeEngine(
  { precision }: BatchSettings,
  loaded: LoadedModel,
): BatchEngine<PreparedPicture> {
  const { runtime } = loaded.model;
  const readBytes: BatchEngine["readBytes"] = (entry, signal) => entryBytes(entry, runtime, signal);
  return {
    prepare: async (entry, signal) => preparePicture(loaded, await readBytes(entry, signal), signal),
    async work(_, prepared, __, signal): Promise<EntryResult> {
      const { id, picture, embeddings } = await encodePrepared(loaded, prepared, { signal, onHost: true });
      try {
        const content = await embeddings.serialize({ picture, precision });
        const [height, width] = prepared.size;
        return { width, height, files: [{ name: `${FOLDER}/${embeddingFileName(id)}`, content }] };
      } finally {
        await embeddings.dispose();
      }
    },
    readBytes,
    encodePng: (source) => runtime.encodePng(source),
  };
}
