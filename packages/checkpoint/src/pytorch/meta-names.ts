import type { TensorRecord } from "../checkpoint.js";
import { refuseFile } from "./refuse-file.js";

/** Wrappers of PyTorch put these before every name. */
const WRAPPERS = /^(?:module\.|_orig_mod\.)+/;
/** A tensor that every model has, behind what a module of one's own around it puts before the names ("sam.", "model."). */
const ANCHOR = /^(|.+\.)(?:sam_)?mask_decoder\.iou_token\.weight$/;

/** How Meta's modules and parameters are called in the reference; all that match are applied, in this order. */
const RENAMES: readonly (readonly [RegExp, string])[] = [
  [/^image_encoder\.trunk\.body\./, "vision_encoder.backbone.timm_model."],
  [/^image_encoder\.trunk\./, "vision_encoder.backbone."],
  [/^image_encoder\.neck\.convs\.(\d+)\.conv\./, "vision_encoder.neck.convs.$1."],
  [/\.patch_embed\.proj\./, ".patch_embed.projection."],
  [/^sam_(prompt_encoder|mask_decoder)\./, "$1."],
  [
    /^(prompt_encoder)\.pe_layer\.positional_encoding_gaussian_matrix$/,
    "$1.shared_embedding.positional_embedding",
  ],
  [/^(prompt_encoder)\.mask_downscaling\.0\./, "$1.mask_embed.conv1."],
  [/^(prompt_encoder)\.mask_downscaling\.1\./, "$1.mask_embed.layer_norm1."],
  [/^(prompt_encoder)\.mask_downscaling\.3\./, "$1.mask_embed.conv2."],
  [/^(prompt_encoder)\.mask_downscaling\.4\./, "$1.mask_embed.layer_norm2."],
  [/^(prompt_encoder)\.mask_downscaling\.6\./, "$1.mask_embed.conv3."],
  [/^(mask_decoder)\.output_upscaling\.0\./, "$1.upscale_conv1."],
  [/^(mask_decoder)\.output_upscaling\.1\./, "$1.upscale_layer_norm."],
  [/^(mask_decoder)\.output_upscaling\.3\./, "$1.upscale_conv2."],
  [/^(memory_encoder)\.pix_feat_proj\./, "$1.feature_projection."],
  [/^(memory_encoder)\.out_proj\./, "$1.projection."],
  [/^(memory_encoder)\.fuser\./, "$1.memory_fuser."],
  [/\.dwconv\./, ".depthwise_conv."],
  [/\.pwconv(\d)\./, ".pointwise_conv$1."],
  [/\.gamma$/, ".scale"],
  [/\.norm(\d?|_final_attn)\./, ".layer_norm$1."],
  [/\.out_proj\./, ".o_proj."],
  [/^maskmem_tpos_enc$/, "memory_temporal_positional_encoding"],
  [/^no_mem_embed$/, "no_memory_embedding"],
  [/^no_mem_pos_enc$/, "no_memory_positional_encoding"],
  [/^no_obj_ptr$/, "no_object_pointer"],
  [/^no_obj_embed_spatial$/, "occlusion_spatial_embedding_parameter"],
  [/^obj_ptr_proj\./, "object_pointer_proj."],
  [/^obj_ptr_tpos_proj\./, "temporal_positional_encoding_projection_layer."],
];

/** The same for what SAM 2 has not, or calls otherwise; applied first. */
const EDGETAM_RENAMES: readonly (readonly [RegExp, string])[] = [
  [/^(memory_attention\.layers\.\d+)\.linear1\./, "$1.mlp.up_proj."],
  [/^(memory_attention\.layers\.\d+)\.linear2\./, "$1.mlp.down_proj."],
  [/^(spatial_perceiver)\.latents$/, "$1.latents_1d"],
  [/^(spatial_perceiver\.layers\.\d+)\.attn\.norm_x\./, "$1.layer_norm_input."],
  [/^(spatial_perceiver\.layers\.\d+)\.attn\.norm_latents\./, "$1.layer_norm_latents."],
  [/^(spatial_perceiver\.layers\.\d+)\.self_attn\.norm\./, "$1.layer_norm_self."],
  [/^(spatial_perceiver\.layers\.\d+)\.attn\./, "$1.cross_attention."],
  [/^(spatial_perceiver\.layers\.\d+)\.self_attn\./, "$1.self_attention."],
  [/^(spatial_perceiver\..*)\.to_q\./, "$1.q_proj."],
  [/^(spatial_perceiver\..*)\.to_out\./, "$1.o_proj."],
  [/^(spatial_perceiver\.layers\.\d+\.(?:self_)?)ff\.0\./, "$1mlp.layer_norm."],
  [/^(spatial_perceiver\.layers\.\d+\.(?:self_)?)ff\.1\./, "$1mlp.up_proj."],
  [/^(spatial_perceiver\.layers\.\d+\.(?:self_)?)ff\.3\./, "$1mlp.down_proj."],
];

/** Linear layers in a row: the reference calls the first `proj_in`, the last `proj_out`, and counts those between. */
const MLP = /^(.*(?:\.mlp|_head|_mlps\.\d+|object_pointer_proj))\.layers\.(\d+)\./;
/** Convolution, norm and activation in turn, then the last convolution. */
const MASK_DOWNSAMPLER = /^(memory_encoder\.mask_downsampler)\.encoder\.(\d+)\./;

/** One embedding each in Meta's model, rows of one tensor in the reference's. */
export const POINT_EMBEDDINGS = /^prompt_encoder\.point_embeddings\.(\d+)\.weight$/;

/**
 * The tensors of a checkpoint in Meta's layout by the names that the reference gives them. Point embeddings are still to be joined, keys
 * and values to be told apart. Names of a checkpoint in another layout, such as the reference's own, stay as they are.
 *
 * @param where  what messages call the file
 * @throws {CheckpointError} two tensors get one name
 * @see `convert_sam2_video_to_hf.py` and `convert_edgetam_video_to_hf.py` of transformers; compared with what it makes in meta-layout.test.ts
 */
export function renameMeta(
  tensors: ReadonlyMap<string, TensorRecord>,
  where: string,
): ReadonlyMap<string, TensorRecord> {
  const unwrapped = [...tensors].map(([name, record]) => [name.replace(WRAPPERS, ""), record] as const);
  const module = findModule(unwrapped.map(([name]) => name));
  const bare = unwrapped.map(
    ([name, record]) => [name.startsWith(module) ? name.slice(module.length) : name, record] as const,
  );
  const isMeta = bare.some(([name]) => name.startsWith("sam_mask_decoder."));
  const isEdgeTam = bare.some(([name]) => name.startsWith("spatial_perceiver."));
  const renames = isEdgeTam ? [...EDGETAM_RENAMES, ...RENAMES] : RENAMES;
  const names = bare.map(([name]) =>
    isMeta ? renames.reduce((text, [from, to]) => text.replace(from, to), name) : name,
  );
  const last = new Map<string, number>();
  for (const name of names) {
    const [, stem, index] = MLP.exec(name) ?? MASK_DOWNSAMPLER.exec(name) ?? [];
    if (stem !== undefined) last.set(stem, Math.max(last.get(stem) ?? 0, Number(index)));
  }
  const renamed = new Map<string, TensorRecord>();
  for (const [i, [, record]] of bare.entries()) {
    const name = isMeta ? nameLayer(names[i] as string, last) : (names[i] as string);
    if (renamed.has(name))
      refuseFile(
        `${where}: tensor ${JSON.stringify(name.slice(0, 200))}`,
        "one of this name",
        "two",
        "save the weights of one model",
      );
    renamed.set(name, { ...record, name });
  }
  return renamed;
}

/** The module in which the one model of the checkpoint is, with its dot; empty where it is in none, or where there are several. */
function findModule(names: readonly string[]): string {
  const modules = names.flatMap((name) => ANCHOR.exec(name)?.slice(1) ?? []);
  return modules.length === 1 ? (modules[0] as string) : "";
}

/** @param last  the highest number of a layer in each row of layers */
function nameLayer(name: string, last: ReadonlyMap<string, number>): string {
  return name
    .replace(MLP, (_, stem: string, index: string) => {
      const layer = Number(index);
      if (layer === 0) return `${stem}.proj_in.`;
      return layer === last.get(stem) ? `${stem}.proj_out.` : `${stem}.layers.${layer - 1}.`;
    })
    .replace(MASK_DOWNSAMPLER, (_, stem: string, index: string) => {
      if (Number(index) === last.get(stem)) return `${stem}.final_conv.`;
      return `${stem}.layers.${Math.floor(Number(index) / 3)}.${Number(index) % 3 === 0 ? "conv" : "layer_norm"}.`;
    });
}
