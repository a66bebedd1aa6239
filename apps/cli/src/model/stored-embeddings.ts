import { EmbeddingFolder, type EncodedFile, storedEmbeddings } from "@sam2js/embedding-store";
import type { Command } from "commander";
import type { LoadedModel } from "./with-model.js";

/** What commands that take embeddings from a folder have as options. */
export interface EmbeddingsOptions {
  readonly embeddings?: string;
}

/** How exactly new embeddings are kept; the README of the store has how little masks change. */
const PRECISION = "f16";

/** `--embeddings`. */
export function addEmbeddingsOption(command: Command): Command {
  return command.option(
    "--embeddings <folder>",
    "take embeddings from there, as sam2 encode keeps them; pictures that it lacks are encoded and kept",
  );
}

/** The folder of `--embeddings`, where it is given. */
export async function openEmbeddings({
  embeddings,
}: EmbeddingsOptions): Promise<EmbeddingFolder | undefined> {
  return embeddings === undefined ? undefined : EmbeddingFolder.open(embeddings);
}

/** The embeddings of a picture, out of the folder or new; undefined without a folder. The caller disposes of them. */
export async function embeddingsOf(
  loaded: LoadedModel,
  path: string,
  folder: EmbeddingFolder | undefined,
  signal: AbortSignal,
): Promise<EncodedFile["embeddings"] | undefined> {
  if (!folder) return undefined;
  const file = await loaded.model.runtime.readImageBytes(path, { signal });
  return (await storedEmbeddings(loaded, file, folder, { precision: PRECISION, signal })).embeddings;
}
