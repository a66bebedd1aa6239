"""Small seeded video models whose masks are neither full nor empty, and how near the reference comes to deciding otherwise while it runs."""
import torch
from transformers import EdgeTamVideoConfig, EdgeTamVideoModel, Sam2VideoConfig, Sam2VideoModel

from configs import repvit_config, square
from weights import draw_repvit

# 2.1 as published, and 2.0 (both `enable_…` off) with everything else that the reference can run set to another value.
FIXTURES = {
    "video-a": dict(seed=301, image_size=128, frame_size=(96, 128), video=dict(memory_attention_num_layers=2)),
    "video-b": dict(seed=302, image_size=96, frame_size=(75, 101), video=dict(
        memory_attention_num_layers=3, memory_attention_num_attention_heads=2, memory_fuser_num_layers=1, memory_fuser_kernel_size=5, memory_fuser_padding=2,
        mask_downsampler_stride=4, max_object_pointers_in_encoder=8, num_maskmem=5, memory_attention_feed_forward_hidden_act="gelu",
        enable_occlusion_spatial_embedding=False, enable_temporal_pos_encoding_for_object_pointers=False)),
    # EdgeTAM: as published but smaller, and with only placed latents, of two heads, in one layer, beside another grid for the rotary encoding.
    "video-edge-a": dict(seed=311, image_size=128, frame_size=(96, 128), repvit=dict(architecture="repvit_m1", embed_dim=[8, 16, 24, 32], depth=[1, 1, 2, 1]), video=dict(
        perceiver_resampler_num_latents=12, perceiver_resampler_num_latents_2d=16, memory_attention_rope_k_sizes=[4, 4])),
    "video-edge-b": dict(seed=312, image_size=96, frame_size=(75, 101), repvit=dict(architecture="repvit_m1_0", embed_dim=[8, 12, 20, 28], depth=[1, 2, 1, 0], kernel_size=5), video=dict(
        perceiver_resampler_num_latents=0, perceiver_resampler_num_latents_2d=9, memory_attention_rope_k_sizes=[2, 3], perceiver_resampler_num_layers=1,
        perceiver_resampler_num_attention_heads=2, perceiver_resampler_attention_head_dim=32, memory_attention_num_attention_heads=2, memory_fuser_num_layers=1,
        mask_downsampler_stride=4, max_object_pointers_in_encoder=8, num_maskmem=5, memory_attention_mlp_hidden_act="gelu",
        enable_occlusion_spatial_embedding=False, enable_temporal_pos_encoding_for_object_pointers=False)),
}
CHANNELS = 128  # 64, the channels of a memory, fail in the reference
HIDDEN_FRAMES = .02  # share of the trial frames whose object score ends up below 0


def make_config(spec):
    size, width = spec["image_size"], CHANNELS
    side = size // 16
    window = 8 if size % 64 == 0 else 6
    common = dict(image_size=size, memory_attention_rope_feat_sizes=square(side), memory_attention_hidden_size=width,
        memory_encoder_hidden_size=width, mask_downsampler_embed_dim=width, memory_fuser_embed_dim=width, memory_fuser_intermediate_dim=96,
        prompt_encoder_config=dict(image_size=size, hidden_size=width),
        mask_decoder_config=dict(hidden_size=width, mlp_dim=96, num_attention_heads=4, iou_head_hidden_dim=width))
    if "repvit" in spec:
        return EdgeTamVideoConfig(**common, memory_attention_mlp_hidden_size=96, perceiver_resampler_mlp_intermediate_size=96,
            vision_config=repvit_config(spec["repvit"], size, width), **spec["video"])
    return Sam2VideoConfig(**common, memory_attention_feed_forward_hidden_size=96, vision_config=dict(fpn_hidden_size=width, backbone_channel_list=[64, 32, 16, 8], backbone_feature_sizes=[square(4 * side), square(2 * side), square(side)],
            backbone_config=dict(model_type="sam2_hiera_det_model", image_size=square(size), hidden_size=8, embed_dim_per_stage=[8, 16, 32, 64],
                num_attention_heads_per_stage=[1, 2, 4, 8], blocks_per_stage=[1, 2, 3, 1], global_attention_blocks=[4], window_size_per_stage=[window, 4, 7, 5])),
        **spec["video"])


def draw_model(config, seed):
    """Every parameter by its role; memories and pointers weigh enough to be missed when they are wrong."""
    torch.manual_seed(seed)
    model = (EdgeTamVideoModel if isinstance(config, EdgeTamVideoConfig) else Sam2VideoModel)(config).eval()
    generator = torch.Generator().manual_seed(seed)
    named = list(model.named_parameters()) + [item for item in model.named_buffers() if "positional_embedding" in item[0] or "running_" in item[0]]
    with torch.no_grad():
        for name, tensor in named:
            noise = torch.randn(tensor.shape, generator=generator)
            is_vector = tensor.dim() <= 2
            if "timm_model" in name:
                draw_repvit(name, tensor, noise)
            elif "latents" in name:
                tensor.copy_(noise)
            elif "norm" in name and name.endswith("weight"):
                tensor.copy_(1 + .1 * noise)
            elif name.endswith("bias"):
                tensor.copy_(.05 * noise)
            elif name.endswith(".scale"):
                tensor.copy_(.3 + .2 * noise)
            elif "positional_embedding" in name:
                tensor.copy_(.5 * noise)
            elif "embed" in name and is_vector or "token" in name or "pos" in name and tensor.dim() != 2 or "no_" in name or "occlusion" in name:
                tensor.copy_(.3 * noise)
            elif tensor.dim() >= 2:
                gain = .6 if "memory_attention" in name and "o_proj" in name or "linear2" in name or "down_proj" in name else 1.0
                tensor.copy_(gain * noise / max(1, tensor[0].numel()) ** .5)
        model.mask_decoder.pred_obj_score_head.proj_out.weight.mul_(4)
        model.mask_decoder.iou_prediction_head.proj_out.weight.mul_(3)
        model.object_pointer_proj.proj_out.weight.mul_(3)
        if config.enable_temporal_pos_encoding_for_object_pointers:
            model.temporal_positional_encoding_projection_layer.weight.mul_(3)
        model.mask_downsample.weight.fill_(1.25)
        model.mask_downsample.bias.fill_(-10.)
    return model


def set_attention(model, kind):
    for config in (model.config, model.config.mask_decoder_config, model.config.vision_config, model.config.vision_config.backbone_config):
        config._attn_implementation = kind


class TooClose(Exception):
    """A yes or no of the reference that rounding could turn."""


class Watch:
    """How near the reference comes to deciding otherwise. With `limits` set, it raises as soon as something is nearer than them."""

    def __init__(self, model):
        self.model, self.limits = model, None
        decoder = model.mask_decoder
        decoder.activation.register_forward_hook(lambda module, args, out: setattr(self, "feature", out))
        decoder.register_forward_hook(lambda module, args, out: self.see(out))
        stability, encode = decoder._get_stability_scores, model._encode_new_memory

        def watched_stability(logits):
            scores = stability(logits)
            self.note("stability", float((scores - decoder.dynamic_multimask_stability_thresh).abs().min()))
            return scores

        def watched_encode(current_vision_feats, pred_masks_high_res, object_score_logits, is_mask_from_pts):
            if is_mask_from_pts:  # these pixels become 0 or 1
                self.note("pixel", float(pred_masks_high_res.abs().min()))
            return encode(current_vision_feats, pred_masks_high_res, object_score_logits, is_mask_from_pts)

        decoder._get_stability_scores, model._encode_new_memory = watched_stability, watched_encode
        self.clear()

    def clear(self):
        self.margins = dict(score=1., iou=1., stability=1., pixel=1.)
        self.scores, self.medians, self.features = [], [], []

    def note(self, kind, margin):
        self.margins[kind] = min(self.margins[kind], abs(margin))
        if self.limits and abs(margin) <= self.limits[kind]:
            raise TooClose(kind)

    def see(self, out):
        masks, ious, _, scores = out
        self.scores.append(float(scores.flatten()[0]))
        self.medians.append(masks.flatten(3).median(-1).values.flatten())
        self.features.append(self.feature.mean((0, 2, 3)))
        self.note("score", self.scores[-1])
        if ious.shape[-1] == 3:
            best = ious.flatten().sort().values
            self.note("iou", float(best[2] - best[1]))


def calibrate(model, watch):
    """Centres mask logits at 0, and the object score so that few frames are hidden."""
    decoder = model.mask_decoder
    with torch.no_grad():
        median = torch.stack([m for m in watch.medians if len(m) == 3][1:]).median(0).values
        feature = torch.stack(watch.features).mean(0)
        direction = feature / feature.dot(feature)
        for mask in range(3):
            decoder.output_hypernetworks_mlps[mask + 1].proj_out.bias.sub_(median[mask] * direction)
        decoder.output_hypernetworks_mlps[0].proj_out.bias.sub_(median.mean() * direction)
        low = torch.tensor(watch.scores).quantile(HIDDEN_FRAMES)
        decoder.pred_obj_score_head.proj_out.bias.sub_(low - .25)


def round_to_half(model):
    """Every weight to a value that float16 has, so that a checkpoint of half the size holds it exactly."""
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half())
