import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BatchEntry, isS3 } from "@sam2js/batch";
import { InputError, NotFoundError } from "@sam2js/core";
import { sortFolder } from "@sam2js/media";
import type { BatchAsked } from "./batch-schemas.js";

/**
 * The entries of a request: what it names lies in the source and nowhere else, so it can make no worker read another file or ask another host.
 *
 * @param source  a folder or `s3://bucket/prefix`
 * @throws {InputError} a path that leaves the source, neither or both of images and a folder  @throws {NotFoundError} no such folder
 */
export async function* entriesOf({ images, folder }: BatchAsked, source: string): AsyncGenerator<BatchEntry> {
  if ((images === undefined) === (folder === undefined)) {
    throw InputError.expected("batch", "images or a folder", images ? "both" : "neither");
  }
  for (const { image, name = image, ...rest } of images ?? [])
    yield { image: placeIn(source, image), name, ...rest };
  if (folder === undefined) return;
  const prefix = folder.replace(/\/+$/, "");
  for await (const name of picturesIn(placeIn(source, prefix)))
    yield { image: placeIn(source, `${prefix}/${name}`), name };
}

/** A place in the source. @throws {InputError} it leaves it */
function placeIn(source: string, path: string): string {
  const isInside =
    !/^[/\\]|^[a-z][a-z0-9+.-]*:|\\|\0/i.test(path) && !path.split("/").some((part) => part === "..");
  if (!isInside) {
    const next = "begin with a name in it";
    throw InputError.expected("image", "a path in the server's source", JSON.stringify(path), next);
  }
  return isS3(source) ? `${source.replace(/\/+$/, "")}/${path}` : join(resolve(source), path);
}

/** Names of pictures, in order. */
async function* picturesIn(place: string): AsyncGenerator<string> {
  if (isS3(place)) {
    const { listS3 } = await import("@sam2js/batch/s3");
    for await (const address of listS3(`${place}/`))
      yield* sortFolder([address.slice(place.length + 1)]).pictures;
    return;
  }
  const names = await readdir(place).catch(() => {
    throw NotFoundError.expected("folder", "one of the server's source", "none", "check its name");
  });
  yield* sortFolder(names).pictures;
}
