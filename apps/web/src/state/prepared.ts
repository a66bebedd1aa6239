import { embeddingFileName, embeddingId, hexDigest } from "@sam2js/embeddings";
import { fill, words } from "../words/words.js";
import { loadModel } from "./models.js";
import * as session from "./session.js";

/** What `sam2 encode` writes. */
const EMBEDDING = /^[0-9a-f]{64}\.s2em$/;
const DECODER = /^decoder-([0-9a-f]{64}@\d+)\.safetensors$/;
/** So many photos are looked at to find which of several models prepared them. */
const TRIALS = 5;
/** Where nobody said what the folder is called. */
const FOLDER = "embeddings";

/** A file of a folder, and where it lay in it. */
interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** Whether a file is of a folder of embeddings. */
export function isPrepared({ file: { name } }: FolderFile): boolean {
  return EMBEDDING.test(name) || DECODER.test(name);
}

/**
 * Takes embeddings that were made ahead into use, with the decoder that lies beside them.
 *
 * @param found   embeddings and decoders; of several models that one is taken which prepared the photos
 * @param photos  what is opened with them
 */
export async function openPrepared(found: readonly FolderFile[], photos: readonly File[]): Promise<void> {
  const files = found.map(({ file }) => file);
  const embeddings = new Map(
    files.filter(({ name }) => EMBEDDING.test(name)).map((file) => [file.name, file]),
  );
  const decoder = await decoderOf(files, embeddings, photos);
  if (!decoder) {
    session.problem.value = { text: words().prepared.noDecoder, details: files[0]?.name ?? "" };
    return;
  }
  session.say(fill(words().prepared.opened, { count: embeddings.size }));
  const [, folder = FOLDER] =
    /([^/]+)\/[^/]*$/.exec(found.find(({ file }) => file === decoder)?.path ?? "") ?? [];
  await loadModel({ kind: "prepared", folder, decoder, embeddings }, session.devicePreference.value);
}

async function decoderOf(
  files: readonly File[],
  embeddings: ReadonlyMap<string, File>,
  photos: readonly File[],
): Promise<File | undefined> {
  const decoders = files.filter(({ name }) => DECODER.test(name));
  if (decoders.length < 2) return decoders[0];
  for (const photo of photos.slice(0, TRIALS)) {
    const sha256 = await hexDigest(new Uint8Array(await photo.arrayBuffer()));
    for (const decoder of decoders) {
      const [, fingerprint = ""] = DECODER.exec(decoder.name) ?? [];
      if (embeddings.has(embeddingFileName(await embeddingId(sha256, fingerprint)))) return decoder;
    }
  }
  return decoders[0];
}
