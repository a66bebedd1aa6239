import type { JsonObject } from "@sam2js/core";
import type { Shapes } from "./shapes.js";

const AT = "vision_encoder.backbone.timm_model";
const STEM = `${AT}.stem.conv1.c.weight`;
const STAGES = 4;

/** What timm's `repvit_m1` is, which EdgeTAM has: arguments that say the same are left out. @see `repvit.py` of timm 1.0 */
const REPVIT_M1 = {
  embed_dim: [48, 96, 192, 384],
  depth: [2, 2, 14, 2],
  mlp_ratio: 2,
  kernel_size: 3,
  legacy: true,
};

/** Whether the backbone is EdgeTAM's. */
export function hasRepVit(shapes: Shapes): boolean {
  return shapes.has(STEM);
}

/** Finds the settings of timm's RepViT, EdgeTAM's backbone. */
export function findRepVit(shapes: Shapes): JsonObject {
  const block = (stage: number, i: number) => `${AT}.stages_${stage}.blocks.${i}`;
  const stages = Array.from({ length: STAGES }, (_, stage) => stage);
  const widths = stages.map((stage) => shapes.size(`${block(stage, 0)}.channel_mixer.conv1.c.weight`, 1));
  const first = `${block(0, 0)}.channel_mixer.conv1.c.weight`;
  const found = {
    embed_dim: widths,
    depth: stages.map((stage) => shapes.count((i) => `${block(stage, i)}.channel_mixer.conv1.c.weight`)),
    mlp_ratio: shapes.size(first, 0) / (widths[0] ?? 1),
    kernel_size: shapes.size(`${block(0, 0)}.token_mixer.conv.c.weight`, 2),
    legacy: shapes.has(`${block(0, 0)}.token_mixer.conv1.c.weight`),
  };
  const isOther = ([key, value]: [string, unknown]) =>
    String(value) !== String(REPVIT_M1[key as keyof typeof REPVIT_M1]);
  return {
    model_type: "timm_wrapper",
    architecture: "repvit_m1",
    model_args: {
      in_chans: shapes.size(STEM, 1),
      features_only: true,
      out_indices: [0, 1, 2, 3],
      ...Object.fromEntries(Object.entries(found).filter(isOther)),
    },
  };
}
