import { describeValue, InputError, type ModelFile } from "@sam2js/core";
import { modelFiles } from "../files/create-model-files.js";
import { blobFile, bytesFile } from "../files/memory-file.js";
import type { ModelFiles } from "../files/model-files.js";
import type { OpenModelOptions } from "../files/open-options.js";
import { isPickled } from "../files/pickled.js";
import type { ModelSource } from "./model-source.js";
import { needStore, WEIGHTS_FILE } from "./open-local.js";
import { fetchFile } from "./open-url.js";
import { parseUrl } from "./parse-url.js";

/** A model given as an object that says where each file is. */
export function openSource(source: ModelSource, options: OpenModelOptions): ModelFiles {
  const prefix = options.subfolder ? `${options.subfolder}/` : "";
  const open = async (name: string): Promise<ModelFile | undefined> => {
    const path = prefix + name;
    if (!Object.hasOwn(source.files, path)) return undefined;
    const place = source.files[path];
    if (place instanceof Uint8Array) return bytesFile(lastPart(path), place);
    if (place instanceof Blob) return blobFile(lastPart(path), place);
    if (typeof place === "string" || place instanceof URL) return openPlace(place, options);
    throw new InputError(
      `${source.name}: expected a URL, path, Blob or Uint8Array for ${path}, got ${describeValue(place)}`,
      { name: path, model: source.name, expected: "a URL, path, Blob or Uint8Array", got: place },
    );
  };
  return modelFiles(source.name, open, options, {
    pickled: findPickled(source, prefix),
    list: prefix ? undefined : async () => Object.keys(source.files),
  });
}

/** The only `.pt` file of a model that has no safetensors. */
function findPickled({ files }: ModelSource, prefix: string): string | undefined {
  const names = Object.keys(files).filter((name) => name.startsWith(prefix));
  if (names.some((name) => /\.safetensors(?:\.index(?:\.[^.]+)?\.json)?$/.test(name))) return undefined;
  const [only, ...others] = names.filter(isPickled);
  return others.length === 0 ? only?.slice(prefix.length) : undefined;
}

/**
 * Files that a user chose. A folder's common prefix is dropped; a single file with another name that ends in `.safetensors` counts
 * as the weights, as does a single `.pt` file.
 */
export function openChosenFiles(chosen: Iterable<Blob>, options: OpenModelOptions): ModelFiles {
  const files: Record<string, Blob> = {};
  for (const blob of chosen) files[nameOf(blob)] = blob;
  const names = Object.keys(files);
  if (names.length === 0) {
    throw InputError.expected(
      "model",
      "files",
      "none",
      "choose config.json and model.safetensors together, or a .pt file",
    );
  }
  const [weights, ...others] = names.filter((name) => name.endsWith(".safetensors"));
  if (weights && others.length === 0) files[WEIGHTS_FILE] = files[weights] as Blob;
  const label = names.length > 3 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", ");
  return openSource({ name: label, files }, options);
}

async function openPlace(place: string | URL, options: OpenModelOptions): Promise<ModelFile | undefined> {
  const url = place instanceof URL ? place : parseUrl(place);
  if (url && url.protocol !== "file:") return fetchFile(url, options);
  return needStore(options.store, place).openFile(url ?? place);
}

function nameOf(blob: Blob): string {
  const { webkitRelativePath, name } = blob as Blob & { webkitRelativePath?: string; name?: string };
  // The first part of the relative path is the name of the chosen folder.
  if (webkitRelativePath) return webkitRelativePath.slice(webkitRelativePath.indexOf("/") + 1);
  return name ?? WEIGHTS_FILE;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
