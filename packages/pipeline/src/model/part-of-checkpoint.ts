import type { ModelTensors } from "@sam2js/checkpoint";
import type { WeightSpec } from "@sam2js/core";
import { isTrainingWeight } from "@sam2js/graph";

const WHOLE_MODELS = ["sam2", "sam2_video", "edgetam", "edgetam_video"];

/** Whether `config.json` describes a whole model, image or video. */
export function isWholeModel(json: unknown): boolean {
  return hasPart(json, "vision_config") || WHOLE_MODELS.includes(modelType(json) ?? "");
}

/** Whether `config.json` describes a vision encoder: backbone and neck. */
export function isVisionModel(json: unknown): boolean {
  return hasPart(json, "backbone_config") || (modelType(json)?.endsWith("vision_model") ?? false);
}

/** Which of the prefixes the names of a checkpoint's tensors have; the empty one if none. */
export function prefixOf(tensors: ReadonlyMap<string, unknown>, ...prefixes: readonly string[]): string {
  return prefixes.find((prefix) => [...tensors.keys()].some((name) => name.startsWith(prefix))) ?? "";
}

/** The tensors of a class that is one part of a whole model: all that lies outside `prefix` belongs to other parts. */
export function partOfCheckpoint(specs: readonly WeightSpec[], prefix: string): ModelTensors {
  return {
    specs,
    ignores: (name) => !name.startsWith(prefix) || isTrainingWeight(name),
    appliesDtype: () => true,
  };
}

function hasPart(json: unknown, key: string): boolean {
  return typeof json === "object" && json !== null && Object.hasOwn(json, key);
}

function modelType(json: unknown): string | undefined {
  const type = hasPart(json, "model_type") ? (json as { model_type: unknown }).model_type : undefined;
  return typeof type === "string" ? type : undefined;
}
