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
  // A stage may have no blocks, but each except the first begins with a downsampling one that has all their parts.
  const stages = Array.from({ length: STAGES }, (_, stage) => `${AT}.stages_${stage}`);
  const downsamples = stages.slice(1).map((stage) => `${stage}.downsample`);
  const ratioOf = (mixer: string) => {
    const [hidden, width] = shapes.dims(`${mixer}.conv1.c.weight`, 4) as [number, number];
    return hidden / width;
  };
  const ratios = downsamples.map((downsample) => ratioOf(`${downsample}.ffn`));
  const first = `${stages[0]}.blocks.0.channel_mixer`;
  const firstRatio = shapes.has(`${first}.conv1.c.weight`) ? ratioOf(first) : (ratios[0] ?? 0);
  const isOneRatio = ratios.every((ratio) => ratio === firstRatio);
  const [second = ""] = downsamples;
  const found = {
    embed_dim: [
      shapes.size(`${AT}.stem.conv2.c.weight`, 0),
      ...downsamples.map((downsample) => shapes.size(`${downsample}.channel_downsample.c.weight`, 0)),
    ],
    depth: stages.map((stage) => shapes.count((i) => `${stage}.blocks.${i}.channel_mixer.conv1.c.weight`)),
    mlp_ratio: isOneRatio ? firstRatio : [firstRatio, ...ratios],
    kernel_size: shapes.size(`${second}.spatial_downsample.c.weight`, 2),
    legacy: shapes.has(`${second}.pre_block.token_mixer.conv1.c.weight`),
  };
  const isOther = ([key, value]: [string, unknown]) =>
    String(value) !== String(REPVIT_M1[key as keyof typeof REPVIT_M1]);
  return {
    model_type: "timm_wrapper",
    architecture: "repvit_m1",
    // There are no classes, but the reference cannot read a file without these.
    num_classes: 2,
    label_names: ["LABEL_0", "LABEL_1"],
    model_args: {
      in_chans: shapes.size(STEM, 1),
      features_only: true,
      out_indices: [0, 1, 2, 3],
      ...Object.fromEntries(Object.entries(found).filter(isOther)),
    },
  };
}
