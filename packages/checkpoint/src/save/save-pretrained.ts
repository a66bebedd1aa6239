import { checkMembers } from "@sam2js/core";
import type { Loaded } from "../load-pretrained.js";
import { refuseReady } from "../ready/ready-parts.js";
import { checkpointFiles, type SaveOptions } from "./checkpoint-files.js";
import { saveFiles } from "./save-files.js";

/**
 * Saves what a model class loaded, as the reference's `save_pretrained` does: its config, and the tensors of the checkpoint in the types that
 * they have there.
 *
 * @param folder  is made if need be; without one nothing is written
 * @param prefix  of the tensors that are saved, and left out of their names: `""` for a whole model
 * @returns       the files, where there is no folder; else none
 * @throws {UnsupportedError} a folder where the platform has no file system; ready-made ONNX files, which have no tensors
 * @throws {StoreError} no room (`STORE_FULL`) or no right
 */
export async function savePretrained(
  loaded: Loaded<{ stringify(): string }>,
  folder: string | URL | undefined,
  options: SaveOptions = {},
  prefix = "",
): Promise<File[]> {
  checkMembers(loaded, "loaded", "what loadPretrained(…) gives", "name", "config", "runtime");
  const { name, config, checkpoint, runtime, ready } = loaded;
  if (ready) refuseReady(name);
  const own = [...checkpoint.tensors.values()].filter(({ name }) => name.startsWith(prefix));
  const tensors = own.map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
  const files = checkpointFiles(
    { config: config.stringify(), tensors, metadata: checkpoint.metadata },
    options,
  );
  return saveFiles(folder, files, { store: runtime.store, signal: options.signal });
}
