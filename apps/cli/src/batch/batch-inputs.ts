import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import {
  type BatchCategory,
  type BatchEntry,
  cocoBoxes,
  isS3,
  listEntries,
  manifestEntries,
  type ResolveImage,
  yoloBoxes,
} from "@sam2js/batch";
import { InputError } from "@sam2js/core";
import { readClassesText } from "@sam2js/masks";
import { isUrl, type LeftOut, shownSource, sortFolder, stemOf } from "@sam2js/media";
import { isAddress } from "../io/address.js";
import { checkInFolder } from "../io/check-folder.js";
import { decodeText } from "../io/decode-text.js";
import { expandInputs } from "../io/expand-inputs.js";
import { readJsonFile } from "../io/read-json-file.js";
import { linesOf } from "./read-source.js";

/** What a batch is made of. */
export interface BatchInputs {
  readonly entries: AsyncIterable<BatchEntry>;
  /** With the numbers of the file of boxes. */
  readonly categories: readonly BatchCategory[];
  /** Files of folders that are not among the pictures; complete when the entries were read. */
  readonly leftOut: LeftOut[];
}

/**
 * What the arguments of `sam2 batch` stand for: files, folders, patterns and URLs of pictures; manifests (`.jsonl`) and lists (`.txt`), which are streamed.
 *
 * @param boxes  a COCO file, whose pictures lie in the only argument, a folder; or a folder of YOLO labels
 * @throws {InputError} boxes without what they need  @throws {NotFoundError} there is no such file
 */
export async function openBatchInputs(
  args: readonly string[],
  boxes: string | undefined,
): Promise<BatchInputs> {
  const leftOut: LeftOut[] = [];
  if (boxes === undefined) return { entries: entriesOf(args, leftOut), categories: [], leftOut };
  if (boxes.endsWith(".json")) {
    const [folder, ...others] = args;
    if (folder === undefined || others.length > 0) {
      const next = `for example sam2 batch photos --boxes ${boxes}`;
      throw InputError.expected(
        "--boxes",
        "one folder that holds the pictures of the file",
        args.length,
        next,
      );
    }
    const { entries, categories } = cocoBoxes(
      await readJsonFile(boxes, "--boxes"),
      boxes,
      relativeTo(folder),
    );
    return { entries: streamOf(entries), categories, leftOut };
  }
  await checkInFolder("--boxes", boxes);
  const names = readClassesText((await readText(join(boxes, "classes.txt"))) ?? "");
  return {
    entries: withYolo(entriesOf(args, leftOut), boxes, names),
    categories: names.map((name, id) => ({ id, name })),
    leftOut,
  };
}

async function* entriesOf(args: readonly string[], leftOut: LeftOut[]): AsyncGenerator<BatchEntry> {
  const isList = (arg: string) => /\.(jsonl|ndjson|txt)$/i.test(arg) && !isUrl(arg);
  const [lists, others] = [args.filter(isList), args.filter((arg) => !isList(arg))];
  const [prefixes, local] = [others.filter(isS3), others.filter((arg) => !isS3(arg))];
  // Of several sources each may have a picture of one name: whole paths tell them apart.
  const isAlone = lists.length + prefixes.length + Math.min(1, local.length) <= 1;
  if (local.length > 0) {
    const found = await expandInputs(local);
    leftOut.push(...found.leftOut);
    for (const { path, shown, fileName } of found.inputs) {
      yield { image: isUrl(path) ? path : resolve(path), name: isAlone ? fileName : slashed(shown) };
    }
    for (const { image, code, message } of found.failures)
      yield { image: "", name: image, error: { code, message } };
  }
  for (const prefix of prefixes) yield* inBucket(prefix, isAlone, leftOut);
  for (const file of lists) {
    const lines = await linesOf(file);
    const absolute = relativeTo(isS3(file) ? file.slice(0, file.lastIndexOf("/")) : dirname(file), isAlone);
    yield* /\.txt$/i.test(file) ? listEntries(lines, absolute) : manifestEntries(lines, file, absolute);
  }
}

/** The pictures under a prefix, called by what follows its last slash, or by their whole addresses. */
async function* inBucket(prefix: string, isAlone: boolean, leftOut: LeftOut[]): AsyncGenerator<BatchEntry> {
  const { listS3 } = await import("@sam2js/batch/s3");
  const start = prefix.lastIndexOf("/") + 1;
  for await (const image of listS3(prefix)) {
    const name = image.slice(start).replace(/^\/+/, "");
    const sorted = sortFolder([name]);
    leftOut.push(...sorted.leftOut);
    if (sorted.pictures.length > 0) yield { image, name: isAlone ? name : image };
  }
}

/** Paths in a file are relative to its folder, or to its place in a bucket; results call them as the file does, with that before it where need be. */
function relativeTo(folder: string, isAlone = true): ResolveImage {
  return (image) => {
    if (isAddress(image)) return { image, name: shownSource(image) };
    const name = slashed(image);
    if (isS3(folder)) return { image: `${folder}/${name}`, name: isAlone ? name : `${folder}/${name}` };
    // Files of Windows have its separators, which may be letters of a name elsewhere.
    const path = name === image || existsSync(resolve(folder, image)) ? image : name;
    const far = isAbsolute(path) ? path : join(folder, path);
    return { image: resolve(folder, path), name: isAlone ? name : slashed(far) };
  };
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/**
 * `labels/a/photo.txt` for `a/photo.jpg` where that is there, else `labels/photo.txt`, which two pictures of one name cannot share. A picture
 * without one has no box.
 */
async function* withYolo(
  entries: AsyncIterable<BatchEntry>,
  labels: string,
  names: readonly string[],
): AsyncGenerator<BatchEntry> {
  const owners = new Map<string, string>();
  for await (const entry of entries) {
    const { name } = entry;
    const places = [name.replace(/\.[^./\\]*$/, ""), stemOf(name)];
    try {
      const found = await firstText(places.map((place) => join(labels, `${place}.txt`)));
      const owner = found && owners.get(found.file);
      if (found && owner !== undefined && owner !== name) {
        const next = "put labels into folders as pictures are";
        throw InputError.expected(found.file, "labels of one picture", `${owner} and ${name}`, next);
      }
      if (found) owners.set(found.file, name);
      yield { ...entry, objects: found ? yoloBoxes(found.text, names, found.file) : [] };
    } catch (error) {
      if (!InputError.isInstance(error)) throw error;
      yield { image: "", name, error: { code: error.code, message: error.message } };
    }
  }
}

/** The first of some files that is there. Systems differ in how they write an accented letter: as one, or as two. */
async function firstText(files: readonly string[]): Promise<{ file: string; text: string } | undefined> {
  for (const file of files) {
    for (const form of new Set([file, file.normalize("NFC"), file.normalize("NFD")])) {
      const text = await readText(form);
      if (text !== undefined) return { file: form, text };
    }
  }
  return undefined;
}

/** @returns undefined where there is no such file  @throws {InputError} another encoding */
async function readText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && decodeText(bytes, file);
}

async function* streamOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
