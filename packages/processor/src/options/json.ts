import { isJsonObject, type JsonObject } from "@sam2js/core";
import { failConfig } from "./fail.js";
import {
  DEFAULT_IMAGE_SETTINGS,
  IMAGE_OPTION_NAMES,
  type ImageSettings,
  mergeImageSettings,
  toSnakeCase,
} from "./image-settings.js";

/** @throws {ConfigError} the value is no JSON object */
export function parseObject(value: unknown, name: string): JsonObject {
  return isJsonObject(value) ? value : failConfig(name, "a JSON object", value);
}

/**
 * Reads the image processor's part of a file (snake_case). Missing keys and nulls get the reference's defaults.
 *
 * @param name  what messages call it: `"image_processor"`
 * @returns     settings, and the keys that are none of ours
 * @throws {ConfigError} a value is not valid; names the key
 */
export function parseImageSettings(
  json: JsonObject,
  name: string,
): { readonly settings: ImageSettings; readonly rest: JsonObject } {
  const own = (key: string) => (Object.hasOwn(json, key) ? json[key] : undefined);
  const settings = mergeImageSettings(
    DEFAULT_IMAGE_SETTINGS,
    (option) => own(toSnakeCase(option)),
    (option) => `${name}.${toSnakeCase(option)}`,
    failConfig,
  );
  const known = IMAGE_OPTION_NAMES.map(toSnakeCase);
  const rest = Object.fromEntries(Object.entries(json).filter(([key]) => !known.includes(key)));
  return { settings, rest };
}
