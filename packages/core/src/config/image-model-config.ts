import { EdgeTamConfig } from "./edgetam-config.js";
import { isJsonObject } from "./json.js";
import { Sam2Config } from "./sam2-config.js";

/** The config of an image model of either family. */
export type ImageModelConfig = Sam2Config | EdgeTamConfig;

/**
 * Reads the object of a `config.json` by its `model_type`: EdgeTAM's, else SAM 2's.
 *
 * @throws {ConfigError} it is neither, or a setting is not valid
 */
export function parseImageModelConfig(json: unknown): ImageModelConfig {
  return isEdgeTam(json) ? EdgeTamConfig.parse(json) : Sam2Config.parse(json);
}

/** Whether the object of a `config.json` says that it is of the EdgeTAM family. */
export function isEdgeTam(json: unknown): boolean {
  const type = isJsonObject(json) ? json.model_type : undefined;
  return typeof type === "string" && type.startsWith("edgetam");
}
