import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { BatchWork } from "@sam2js/server";
import { DEFAULT_MODEL } from "../model/resolve-model.js";
import { parseFormats } from "../outputs/formats.js";
import { TRACK_FORMATS } from "../track/track-formats.js";
import type { BatchSettings } from "./batch-settings.js";

/**
 * What a plan says of the work, in the words of the workers.
 *
 * @param config  what the file of `--config` holds
 * @throws {InputError} a format that videos do not have
 */
export function toBatchSettings(
  {
    task,
    model,
    generation = {},
    precision = "f16",
    videoFormats,
    maxHoleArea = 0,
    maxSprinkleArea = 0,
  }: BatchWork,
  config?: object,
): BatchSettings & Record<string, unknown> {
  const { name, revision, dtype, imageSize } = model;
  return {
    // Workers may have another folder for their own.
    model: name !== DEFAULT_MODEL && existsSync(name) ? resolve(name) : name,
    ...(config !== undefined && { config }),
    ...(revision !== undefined && { revision }),
    ...(dtype !== undefined && { dtype }),
    ...(imageSize !== undefined && { imageSize }),
    ...(task === "generate" && { generation }),
    ...(task === "encode" && { precision }),
    ...((task === "segment" || task === "track") && { maxHoleArea, maxSprinkleArea }),
    ...(task === "track" && { videoFormats: parseFormats((videoFormats ?? []).join(","), TRACK_FORMATS) }),
  };
}
