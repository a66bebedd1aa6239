import { Sam2Client } from "@sam2js/client";
import { NotFoundError } from "@sam2js/core";
import { embeddingFileName, embeddingId, hexDigest } from "@sam2js/embeddings";
import type { PhotoInput, PreparedChoice, RemoteChoice, ServerChoice } from "../../protocol/engine.js";

/** Where embeddings come from that this device does not make, and the decoder that fits them. */
export interface EmbeddingSource {
  /** A file for `openDecoderFile`. */
  decoder(signal: AbortSignal): Promise<Blob>;
  /** Bytes for `ImageEmbeddings.deserialize`. @param fingerprint  of the decoder's model */
  embeddings(photo: PhotoInput, fingerprint: string): Promise<Uint8Array>;
}

/** A busy server is asked once more; then somebody should know. */
const RETRIES = 1;

/** The source that a choice names. */
export function embeddingSource(choice: RemoteChoice): EmbeddingSource {
  return choice.kind === "server" ? ofServer(choice) : ofFolder(choice);
}

function ofServer({ url, token, model, fingerprint }: ServerChoice): EmbeddingSource {
  const client = new Sam2Client({ baseUrl: url, token, retries: RETRIES });
  return {
    decoder: (signal) => client.readDecoder(fingerprint, { signal }),
    // Half precision: half of the bytes, and masks differ in some pixels of their borders.
    embeddings: async ({ blob }) => (await client.encodeToBytes(blob, { model, precision: "f16" })).bytes,
  };
}

function ofFolder({ decoder, embeddings }: PreparedChoice): EmbeddingSource {
  return {
    decoder: async () => decoder,
    async embeddings({ blob, name }, fingerprint) {
      const id = await embeddingId(await hexDigest(new Uint8Array(await blob.arrayBuffer())), fingerprint);
      const file = embeddings.get(embeddingFileName(id));
      if (!file) throw NotFoundError.expected("embedding", "one in the folder", `none of ${name}`);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}
