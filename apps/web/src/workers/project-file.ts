import { InputError } from "@sam2js/core";
import { unzipSync, zipSync } from "fflate";
import type { ProjectParts } from "../protocol/engine.js";

const INDEX = "project.json";
const PHOTOS = "photos/";

/** Photos are compressed already, so nothing is compressed again. */
export async function packProject({ json, photos }: ProjectParts): Promise<Blob> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = { [INDEX]: new TextEncoder().encode(json) };
  for (const { id, blob } of photos) files[`${PHOTOS}${id}`] = new Uint8Array(await blob.arrayBuffer());
  return new Blob([zipSync(files, { level: 0 })], { type: "application/zip" });
}

/** @throws {InputError} not a project, or a damaged one */
export async function unpackProject(blob: Blob): Promise<ProjectParts> {
  let files: Record<string, Uint8Array<ArrayBufferLike>>;
  try {
    files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  } catch (cause) {
    throw InputError.expected("project", "a .sam2js file", "something else", "it may be cut off", cause);
  }
  const index = files[INDEX];
  if (!index)
    throw InputError.expected("project", `${INDEX} in it`, `${Object.keys(files).length} other files`);
  const photos = Object.entries(files)
    .filter(([name]) => name.startsWith(PHOTOS))
    .map(([name, bytes]) => ({ id: name.slice(PHOTOS.length), blob: new Blob([new Uint8Array(bytes)]) }));
  return { json: new TextDecoder().decode(index), photos };
}
