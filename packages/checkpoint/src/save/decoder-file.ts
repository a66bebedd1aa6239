import { CheckpointError, checkMembers, checkText, type SavedFile } from "@sam2js/core";
import type { Checkpoint, TensorRecord } from "../checkpoint.js";
import { blobFile } from "../files/memory-file.js";
import type { ModelSource } from "../open/model-source.js";
import { readSafetensorsHeader } from "../safetensors/read-header.js";
import { listTensors } from "./list-tensors.js";
import { saveFiles } from "./save-files.js";
import { writeSafetensors } from "./write-safetensors.js";

/** Under it the fingerprint of the whole checkpoint stands beside the tensors of a part. */
const FINGERPRINT = "sam2js.fingerprint";

/** Under it what the model is called. */
const MODEL = "sam2js.model";

/** Files that a part carries beside its tensors. */
const CARRIED = ["config.json", "processor_config.json"] as const;

/** What a decoder's file is made of. */
export interface DecoderContent {
  /** The whole checkpoint. */
  readonly checkpoint: Checkpoint;
  /** Those of its tensors that decoding needs. */
  readonly tensors: Iterable<TensorRecord>;
  /** The text of `config.json`, in the image size that is used. */
  readonly config: string;
  /** The content of `processor_config.json`. */
  readonly processor: object;
}

/**
 * The part of a checkpoint that decodes, with its settings, as one safetensors file: about 17 MB of any size of model. It keeps the fingerprint of the whole
 * checkpoint, so it takes the embeddings that the whole one made.
 *
 * @param name  of the file
 */
export async function decoderFile(
  content: DecoderContent,
  name: string,
  signal?: AbortSignal,
): Promise<File> {
  const parts = ["checkpoint", "tensors", "config", "processor"] as const;
  checkMembers(content, "content", `an object with ${parts.join(", ")}`, ...parts);
  checkText(name, "name");
  const { checkpoint, tensors, config, processor } = content;
  const metadata = new Map([
    ...checkpoint.metadata,
    [MODEL, checkpoint.name] as const,
    [FINGERPRINT, await checkpoint.fingerprint(signal)] as const,
    ["config.json", config] as const,
    ["processor_config.json", JSON.stringify(processor)] as const,
  ]);
  const all = listTensors(tensors);
  const saved: SavedFile = { name, content: () => writeSafetensors(all, metadata, signal) };
  const [file] = await saveFiles(undefined, [saved], { signal });
  return file as File;
}

/**
 * A model without its image encoder, out of what {@link decoderFile} wrote: for `fromPretrained` of models and processors.
 *
 * @throws {CheckpointError} it is no such file
 */
export async function openDecoderFile(blob: Blob, signal?: AbortSignal): Promise<ModelSource> {
  const name = blob instanceof File ? blob.name : "decoder";
  const { metadata } = await readSafetensorsHeader(blobFile(name, blob), name, signal);
  const files: Record<string, Blob> = { "model.safetensors": blob };
  for (const each of CARRIED) {
    const text = metadata.get(each);
    if (text !== undefined && wholeFingerprint(metadata)) files[each] = new Blob([text]);
    else {
      const next = "write it anew: sam2 encode, or Sam2Model.saveDecoder";
      throw CheckpointError.expected(name, "a decoder with its settings", "another safetensors file", next);
    }
  }
  return { name: metadata.get(MODEL) ?? name, files };
}

/** The fingerprint of the whole checkpoint, where `metadata` is that of a part. */
export function wholeFingerprint(metadata: ReadonlyMap<string, string>): string | undefined {
  const found = metadata.get(FINGERPRINT);
  return found !== undefined && /^[0-9a-f]{64}$/.test(found) ? found : undefined;
}
