import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Checkpoint, loadCheckpoint, openModel } from "@sam2js/checkpoint";

/** Opens a checkpoint of a folder in memory. */
export async function loadModel(dir: string): Promise<Checkpoint> {
  const names = readdirSync(dir).filter(
    (name) => /\.(json|safetensors)$/.test(name) && name !== "goldens.json",
  );
  const files = Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(resolve(dir, name)))]),
  );
  return loadCheckpoint(await openModel({ name: dir, files }));
}
