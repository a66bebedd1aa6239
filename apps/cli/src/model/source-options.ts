import type { Checkpoint, OpenModelOptions } from "@sam2js/checkpoint";
import { readJsonFile } from "../io/read-json-file.js";

/** Where a model comes from, as commands are told. */
export interface SourceCommandOptions {
  readonly revision?: string | undefined;
  readonly offline?: boolean | undefined;
  /** A file, or what it holds. */
  readonly config?: string | object | undefined;
}

/** What says where a model comes from, with the file of `--config` read. @throws {NotFoundError} there is none  @throws {InputError} it is no JSON */
export async function sourceOptions({
  revision,
  offline,
  config,
}: SourceCommandOptions): Promise<Pick<OpenModelOptions, "revision" | "offline" | "config">> {
  if (typeof config !== "string") return { revision, offline, config };
  return { revision, offline, config: (await readJsonFile(config, "--config")) as object };
}

/** What was assumed of a model, but for the size of images where that is given. */
export function assumedFor({ assumed }: Checkpoint, imageSize: number | undefined): readonly string[] {
  return assumed.filter((text) => imageSize === undefined || !text.startsWith("image_size:"));
}
