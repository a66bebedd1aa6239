import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isUrl } from "@sam2js/media";
import { digestOf } from "../io/digest.js";
import type { ImageInput } from "../io/expand-inputs.js";
import type { OutputFile } from "../io/write-files.js";

/** What is remembered of an image that is done, for `--resume` and the report. */
export interface ImageRecord {
  readonly version: 2;
  readonly image: string;
  /** The content of the image file, so that a changed image is done anew. */
  readonly digest: string;
  /** Everything that results depend on. */
  readonly settings: string;
  readonly width: number;
  readonly height: number;
  readonly masks: number;
  readonly bestScore: number;
  readonly elapsedMs: number;
  /** Relative to the output folder. */
  readonly files: readonly string[];
  /** Small picture for the report, relative to the output folder. */
  readonly thumbnail: string;
}

/** Where records lie in the output folder. */
const FOLDER = ".sam2";

export function recordFile(input: ImageInput, record: ImageRecord): OutputFile {
  return { name: recordName(input), content: `${JSON.stringify(record, undefined, 1)}\n` };
}

/** What a record calls its image: a path from the root, or a URL without its secrets. */
export function sourceOf({ path, shown }: ImageInput): string {
  return isUrl(path) ? shown : resolve(path);
}

/**
 * The record of an image that is done with these settings and whose files are all there; else why the image is done anew, or nothing where it was
 * never done.
 */
export async function findRecord(
  folder: string,
  input: ImageInput,
  settings: string,
): Promise<ImageRecord | string | undefined> {
  const text = await readFile(join(folder, recordName(input)), "utf8").catch(() => undefined);
  const record = text === undefined ? undefined : parseRecord(text);
  if (!record) return undefined;
  if (record.image !== sourceOf(input)) return `${record.image} had its name`;
  if (record.settings !== settings) return "the model or options changed";
  if (record.digest !== (await digestOf(input.path).catch(() => undefined))) return "the image changed";
  for (const name of [...record.files, record.thumbnail]) {
    const isThere = await stat(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!isThere) return `${name} is missing`;
  }
  return record;
}

function recordName({ stem }: ImageInput): string {
  return `${FOLDER}/${stem}.json`;
}

function parseRecord(text: string): ImageRecord | undefined {
  try {
    const json: Partial<ImageRecord> | null = JSON.parse(text);
    const isOurs =
      json?.version === 2 &&
      Array.isArray(json.files) &&
      typeof json.thumbnail === "string" &&
      typeof json.image === "string";
    return isOurs ? (json as ImageRecord) : undefined;
  } catch {
    return undefined;
  }
}
