import { EdgeTamVideoConfig } from "./edgetam-video-config.js";
import { isEdgeTam } from "./image-model-config.js";
import { Sam2VideoConfig } from "./sam2-video-config.js";

/** The config of a video model of either family. */
export type VideoModelConfig = Sam2VideoConfig | EdgeTamVideoConfig;

/**
 * Reads the object of a `config.json` by its `model_type`: EdgeTAM's, else SAM 2's.
 *
 * @throws {ConfigError} it is neither, or a setting is not valid
 */
export function parseVideoModelConfig(json: unknown): VideoModelConfig {
  return isEdgeTam(json) ? EdgeTamVideoConfig.parse(json) : Sam2VideoConfig.parse(json);
}
