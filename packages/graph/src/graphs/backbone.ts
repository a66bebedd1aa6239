import { EdgeTamVisionConfig, type VisionConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { fromImage } from "../grid/reference-layout.js";
import { type Backbone, type BackboneOptions, hiera } from "../hiera/backbone.js";
import { repvit } from "../repvit/repvit.js";
import type { Weights } from "../weights/weights.js";

/** The backbone that a config asks for. @param pixels  [1, channels, height, width] */
export function backbone(
  pixels: Value,
  w: Weights,
  config: VisionConfig,
  options: BackboneOptions,
): Backbone {
  if (!(config instanceof EdgeTamVisionConfig)) return hiera(pixels, w, config.backboneConfig, options);
  const stages = repvit(pixels, w, config.backboneConfig).map(fromImage);
  return { stages, hidden: stages.slice(-1), attentions: [] };
}
