import { type Dtype, parseImageModelConfig } from "@sam2js/core";
import { VISION_PREFIX } from "../graphs/vision-graph.js";
import { sam2Weights } from "../graphs/weight-specs.js";
import { isIgnoredByImages } from "../weights/video-weights.js";
import { loadModel } from "./load-model.js";

/** Config and weights of a whole model, its vision encoder in a type; `warnings` are the checkpoint's. */
export async function loadWhole(dir: string, dtype: Dtype = "fp32") {
  const checkpoint = await loadModel(dir);
  const config = parseImageModelConfig(checkpoint.config);
  const warnings: string[] = [];
  const weights = await checkpoint.weights(sam2Weights(config), {
    dtype,
    appliesTo: (name) => name.startsWith(VISION_PREFIX),
    ignore: isIgnoredByImages,
    onWarning: (warning) => warnings.push(String(warning)),
  });
  return { config, weights, warnings };
}
