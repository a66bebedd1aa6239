import type { JsonObject } from "@sam2js/core";
import type { Shapes } from "./shapes.js";

/** Sizes of the Hiera backbone that are published, with what the shapes of weights do not say. @see the `configs` of Meta's sam2 1.1.0 */
const PUBLISHED = [
  {
    name: "hiera-tiny",
    width: 96,
    blocks: [1, 2, 7, 2],
    heads: [1, 2, 4, 8],
    windows: [8, 4, 14, 7],
    global: [5, 7, 9],
  },
  {
    name: "hiera-small",
    width: 96,
    blocks: [1, 2, 11, 2],
    heads: [1, 2, 4, 8],
    windows: [8, 4, 14, 7],
    global: [7, 10, 13],
  },
  {
    name: "hiera-base-plus",
    width: 112,
    blocks: [2, 3, 16, 3],
    heads: [2, 4, 8, 16],
    windows: [8, 4, 14, 7],
    global: [12, 16, 20],
  },
  {
    name: "hiera-large",
    width: 144,
    blocks: [2, 6, 36, 4],
    heads: [2, 4, 8, 16],
    windows: [8, 4, 16, 8],
    global: [23, 33, 43],
  },
] as const;

/** What no shape depends on in the backbone. */
const HIDDEN_IN_BACKBONE = [
  "num_attention_heads_per_stage",
  "window_size_per_stage",
  "global_attention_blocks",
];

/**
 * Finds the settings of the Hiera backbone.
 *
 * @param given    settings of it that are known otherwise
 * @param assumed  gets a line where heads, windows and global attention are those of a published model
 * @throws {CheckpointError} a size that is not published, and these are not given
 */
export function findHiera(shapes: Shapes, given: JsonObject, assumed: string[]): JsonObject {
  const at = "vision_encoder.backbone";
  const [width, channels, ...kernel] = shapes.dims(`${at}.patch_embed.projection.weight`, 4);
  const blocks: number[] = [];
  const widths: number[] = [];
  for (let i = 0; shapes.has(`${at}.blocks.${i}.attn.qkv.weight`); i++) {
    // A block that widens the features opens a stage.
    if (i === 0 || shapes.has(`${at}.blocks.${i}.proj.weight`)) {
      blocks.push(0);
      widths.push(shapes.size(`${at}.blocks.${i}.layer_norm2.weight`, 0));
    }
    blocks.push((blocks.pop() ?? 0) + 1);
  }
  const window = shapes.size(`${at}.pos_embed_window`, 2);
  const known = PUBLISHED.find((size) => size.width === width && `${size.blocks}` === `${blocks}`);
  if (!known && HIDDEN_IN_BACKBONE.some((key) => given[key] === undefined)) {
    shapes.refuse(
      `a backbone of a published size (${PUBLISHED.map(({ name }) => name).join(", ")})`,
      `one of ${blocks.join(", ")} blocks, ${width} wide`,
      `give { config: { vision_config: { backbone_config: { ${HIDDEN_IN_BACKBONE.join(", ")} } } } }`,
    );
  }
  if (known) assumed.push(`backbone_config: heads, windows and global attention as in ${known.name}`);
  return {
    model_type: "sam2_hiera_det_model",
    hidden_size: width,
    num_channels: channels,
    patch_kernel_size: kernel,
    patch_padding: kernel.map((size) => Math.floor(size / 2)),
    window_positional_embedding_background_size: shapes.dims(`${at}.pos_embed`, 4).slice(2),
    blocks_per_stage: blocks,
    embed_dim_per_stage: widths,
    num_query_pool_stages: blocks.length - 1,
    mlp_ratio: shapes.size(`${at}.blocks.0.mlp.proj_in.weight`, 0) / (widths[0] ?? 1),
    ...(known && {
      num_attention_heads_per_stage: known.heads,
      window_size_per_stage: [window, ...known.windows.slice(1)],
      global_attention_blocks: known.global,
    }),
  };
}
