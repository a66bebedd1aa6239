import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@sam2js/core";
import { writeFileWhole } from "@sam2js/runtime-node";

/** A result on its way to the disk. */
export interface OutputFile {
  /** Relative to the output folder, with forward slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Where files really lie; those that do not exist, such as URLs, are left out. */
export async function placesOf(files: readonly { readonly path: string }[]): Promise<ReadonlySet<string>> {
  const places = await Promise.all(files.map(({ path }) => realpath(path).catch(() => undefined)));
  return new Set(places.filter((place) => place !== undefined));
}

/**
 * Writes files into a folder, which is made if need be. Each appears as a whole or not at all, on a full disk too.
 *
 * @param inputs  of {@link placesOf}: files that no result may take the place of
 * @returns       the paths written
 * @throws {InputError} a result would replace an input; nothing is written
 * @throws {StoreError} the folder or a file cannot be written
 */
export async function writeFiles(
  folder: string,
  files: readonly OutputFile[],
  inputs: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  for (const place of await placesOf(files.map(({ name }) => ({ path: join(folder, name) })))) {
    if (!inputs.has(place)) continue;
    throw InputError.expected("--out", "a folder where results replace no input", place, "choose another");
  }
  const paths: string[] = [];
  for (const { name, content } of files) {
    const path = join(folder, name);
    await writeFileWhole(path, content);
    paths.push(path);
  }
  return paths;
}
